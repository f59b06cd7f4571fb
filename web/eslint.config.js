/**
 * What is not allowed in the client, beside what TypeScript finds: `npx eslint --max-warnings=0 .`
 *
 * The layers are folders of src/; imports point to the left only: base <- protocol <- grid <- model <- ui <- pages <- app.
 * service-worker/ is a program of its own.
 */
import { fileURLToPath } from "node:url";
import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const LAYERS = ["base", "protocol", "grid", "model", "ui", "pages", "app"];
/** Of the worker, a page knows only what it may ask it for. */
const WORKER = "service-worker(?!/shell$)";
/** The layers that know nothing of React. */
const WITHOUT_REACT = ["base", "protocol", "grid", "model"];

const NOT_TEXT = "What is not text in a page is made by React; nothing that a user writes is ever HTML.";
const UNSAFE_HTML = [
  { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: NOT_TEXT },
  {
    selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|srcdoc)$/]",
    message: NOT_TEXT,
  },
  { selector: "MemberExpression[object.name='document'][property.name=/^write(ln)?$/]", message: NOT_TEXT },
];

/** What may not be imported, as a pattern of what stands behind "from"; `import()` is held to it, too. */
function forbid(pattern, message) {
  return {
    "no-restricted-imports": ["error", { patterns: [{ regex: pattern, message }] }],
    "no-restricted-syntax": [
      "error",
      ...UNSAFE_HTML,
      // A selector has its regular expression between slashes.
      { selector: `ImportExpression[source.value=/${pattern.replaceAll("/", "\\u002f")}/]`, message },
    ],
  };
}

function layerRules(layer) {
  const above = [...LAYERS.slice(LAYERS.indexOf(layer) + 1), WORKER];
  const libraries = WITHOUT_REACT.includes(layer) ? ["react", "react-dom", "wouter", "virtua"] : [];
  const pattern = [`^(\\.\\.?/)+(${above.join("|")})(/|$)`, ...libraries.map((name) => `^${name}(/|$)`)].join(
    "|",
  );
  return {
    files: [`src/${layer}/**/*.{ts,tsx}`],
    rules: forbid(pattern, `${layer}/ stands below that: ${LAYERS.join(" <- ")}.`),
  };
}

export default tseslint.config(
  { ignores: ["dist/", "src/protocol/v1.ts"] },
  { linterOptions: { noInlineConfig: true } },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: fileURLToPath(new URL(".", import.meta.url)) },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: "error",
      "no-console": "error",
      "no-eval": "error",
      "no-restricted-syntax": ["error", ...UNSAFE_HTML],
    },
  },
  // A component returns what is shown, without saying so.
  { files: ["**/*.ts"], rules: { "@typescript-eslint/explicit-module-boundary-types": "error" } },
  {
    files: ["src/**/*.tsx"],
    extends: [jsxA11y.flatConfigs.recommended, reactHooks.configs["recommended-latest"]],
  },
  ...LAYERS.map(layerRules),
  {
    files: ["src/service-worker/**/*.ts"],
    rules: forbid(
      `^(\\.\\.?/)+(${LAYERS.slice(1).join("|")})(/|$)`,
      "The service worker is a program of its own.",
    ),
  },
  // Fakes are taken to pieces.
  { files: ["**/*.test.{ts,tsx}"], rules: { "@typescript-eslint/unbound-method": "off" } },
  // These say what they do to who builds or tests.
  { files: ["build/**", "tests/**", "scripts/**"], rules: { "no-console": "off" } },
  // Playwright wants to see what a fixture takes, even if that is nothing.
  {
    files: ["tests/e2e/**"],
    rules: { "no-empty-pattern": ["error", { allowObjectPatternsAsParameters: true }] },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: { console: "readonly", process: "readonly", Buffer: "readonly", URL: "readonly" },
    },
  },
  {
    // Plain scripts of the page.
    files: ["public/**/*.js"],
    languageOptions: { sourceType: "script", globals: { document: "readonly", localStorage: "readonly" } },
    rules: { "no-unused-vars": ["error", { caughtErrors: "none" }] },
  },
);
