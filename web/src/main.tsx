/** Where the client starts. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createBuzzer } from "./model/create-buzzer";
import "./styles/tokens.css";
import "./styles/base.css";
import { BuzzerContext } from "./ui/hooks/buzzer-context";
import { fetchParts } from "./ui/common/part";
import { App } from "./app/App";

// Lists know better than the browser where they were, since only what can be seen of them is drawn.
history.scrollRestoration = "manual";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <BuzzerContext value={createBuzzer()}>
      <App />
    </BuzzerContext>
  </StrictMode>,
);
// Not for the first paint, so not in the first script. Without it the client works as well.
import("./app/register-service-worker").then(
  ({ registerServiceWorker }) => {
    registerServiceWorker();
  },
  () => undefined,
);
fetchParts();
