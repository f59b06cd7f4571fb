"""requests.h/.cc: what clients send, read and written."""

from typing import Dict, List, Sequence, Union

from scripts.generate.cpp import (
    append_declaration, append_object, formatted, has_member, is_optional, member, pascal, source, struct_lines,
    with_note,
)
from scripts.generate.model import (
    BuzzId, Const, Enum, Field, Integer, Message, Named, OneOf, Protocol, Struct, Text, Time, Type, kind_values,
)

_ENVELOPE = ("id", "type")


def _own(struct: Struct) -> List[Field]:
    return [field for field in struct.fields if field.name not in _ENVELOPE]


def header(protocol: Protocol) -> List[str]:
    lines = [
        "// What clients send in buzzer.v1.json: docs/protocols/websocket.md. Plain data; any thread.",
        "#pragma once", "", "#include <cstdint>", "#include <optional>", "#include <string>", "#include <string_view>",
        "#include <variant>", "", "#include <tl/expected.hpp>", "", '#include "proto/v1/parts.h"', "",
        "namespace buzzer::proto::v1 {", "",
    ]
    for message in protocol.requests:
        inside = [f'  static constexpr std::string_view kType = "{message.name}";']
        lines += struct_lines(message.struct.name, message.summary, _own(message.struct), inside)
    names = ", ".join(message.struct.name for message in protocol.requests)
    lines += [
        f"using RequestBody = std::variant<{names}>;", "",
        "struct Request {", "  std::uint64_t id = 0;  // the client's, for the answer", "  RequestBody body;", "};", "",
        "struct ParseError {",
        "  std::optional<std::uint64_t> id;  // of the request, if it could be told",
        "  ErrorCode code = ErrorCode::kBadRequest;",
        "  std::string detail;  // for a person: names the field and the limit, and no value", "};", "",
        "// A message of a client's, every field within its limits. Whether there is such a user or buzz is for others to",
        "// say, and so is what a text is made of.",
        "[[nodiscard]] tl::expected<Request, ParseError> parse_request(std::string_view json);", "",
        "// Writes it as a client does, at the end of `out`; nothing is checked.",
        append_declaration("Request") + ";", "",
        "}  // namespace buzzer::proto::v1",
    ]
    return [with_note(lines[0]), *lines[1:]]


def _code(name: str) -> str:
    return f"ErrorCode::k{pascal(name)}"


def _text_rule(text: Text) -> str:
    rule = f'{text.least}, {text.most}, "{text.characters}"'
    if (text.too_short, text.wrong) != ("bad_request", "bad_request"):
        rule += f", {_code(text.too_short)}, {_code(text.wrong)}"
    return rule


class Reading:
    """The functions that read requests, with the rules that they need."""

    def __init__(self, protocol: Protocol) -> None:
        self._parts = {part.name: part for part in protocol.parts}
        self.rules: Dict[str, str] = {}
        self.done: Dict[str, List[str]] = {}

    def struct(self, struct: Struct, fields: Sequence[Field], value: str) -> List[str]:
        """Reads the fields of an object into `value`."""
        body: List[str] = []
        for field in fields:
            body += self._field(field, value)
        for name, others in struct.needs.items():
            body += [f'in.needs("{name}", "{other}");' for other in others]
        return [*body, "in.done();"]

    def _field(self, field: Field, value: str) -> List[str]:
        kind = field.type
        if isinstance(kind, Const):
            return [f'in.pass("{field.name}");']  # it has been looked at, to find this struct
        target = f"{value}.{member(field)}"
        if isinstance(kind, Named):
            if not field.required:
                raise ValueError(f"{field.name}: an object in a request must always be there")
            self._part(self._parts[kind.name])
            return ["{", f'ObjectReader inner = in.object("{field.name}");', f"read(inner, {target});", "}"]
        how = "required" if field.required else "optional" if is_optional(field) else "defaulted"
        if isinstance(kind, Enum):
            if how == "optional":
                raise ValueError(f"{field.name}: of several values in a request one must be the default")
            return [f'in.{how}_choice("{field.name}", k{kind.name}Names, {target});']
        return [f'in.{how}("{field.name}", {self.rule(kind)}, {target});']

    def rule(self, kind: Type) -> str:
        if isinstance(kind, (BuzzId, Time)):
            return f"{type(kind).__name__}Rule{{}}"
        if isinstance(kind, Text):
            written, made = f"TextRule k{kind.name}Rule", _text_rule(kind)
        elif isinstance(kind, Integer):
            written, made = f"IntegerRule k{kind.name}Rule", f"{kind.least}, {kind.most}"
        else:
            raise ValueError(f"{kind} in a request cannot be read yet")
        if not kind.name:
            raise ValueError(f"{kind} in a request needs a schema of its own")
        self.rules[kind.name] = f"constexpr {written}{{{made}}};"
        return f"k{kind.name}Rule"

    def _part(self, part: Union[Struct, OneOf]) -> None:
        if part.name in self.done:
            return
        if isinstance(part, Struct):
            body = self.struct(part, part.fields, "out")
        else:
            for variant in part.variants:
                self._part(variant)
            body = self._choose(part)
        self.done[part.name] = [f"void read(ObjectReader& in, {part.name}& out) {{", *body, "}", ""]

    def _choose(self, part: OneOf) -> List[str]:
        kinds = [value for variant in part.variants for value in kind_values(variant)]
        names = ", ".join(f'"{value}"' for value in kinds)
        body = [
            f"constexpr std::array<std::string_view, {len(kinds)}> kKinds{{{names}}};",
            'const std::optional<std::size_t> kind = in.which("kind", kKinds);', "if (!kind) return;",
        ]
        until = 0
        for at, variant in enumerate(part.variants):
            until += len(kind_values(variant))
            read = f"read(in, out.emplace<{variant.name}>());"
            body.append(read if at + 1 == len(part.variants) else f"if (*kind < {until}) return {read}")
        return body


def code(protocol: Protocol) -> List[str]:
    reading = Reading(protocol)
    bodies: List[str] = []
    for message in protocol.requests:
        fields = _own(message.struct)
        named = any(has_member(field) for field in fields)
        bodies += [f"void read(ObjectReader& in, {message.struct.name}&{' out' if named else ''}) {{",
                   *reading.struct(message.struct, fields, "out"), "}", ""]
    request_id = reading.rule(protocol.requests[0].struct.field("id").type)
    table = [f"Reader{{{m.struct.name}::kType, &read_as<{m.struct.name}>}}," for m in protocol.requests]
    body = [
        "namespace {", "", *reading.rules.values(), "",
        *(line for lines in reading.done.values() for line in lines), *bodies,
        "struct Reader {", "std::string_view type;", "void (*read)(ObjectReader& in, RequestBody& out);", "};", "",
        "template <class Body>", "void read_as(ObjectReader& in, RequestBody& out) {", "read(in, out.emplace<Body>());",
        "}", "",
        f"constexpr std::array<Reader, {len(table)}> kReaders{{", *table, "};", "",
        "void read_body(ObjectReader& in, RequestBody& out, std::optional<Refusal>& refusal) {",
        "std::string type;", 'in.required("type", TextRule{0, SIZE_MAX, {}}, type);', "if (refusal) return;",
        "for (const Reader& reader : kReaders) {", "if (reader.type == type) return reader.read(in, out);", "}",
        'refusal = {ErrorCode::kUnknownType, "no such type of request: " + shown_name(type)};', "}", "",
        "}  // namespace", "",
        "tl::expected<Request, ParseError> parse_request(std::string_view json) {",
        "tl::expected<Json, std::string> tree = read_json(json);",
        "if (!tree) return tl::unexpected(ParseError{{}, ErrorCode::kBadRequest, std::move(tree.error())});",
        "if (tree->kind != Json::Kind::kObject) {",
        'return tl::unexpected(ParseError{{}, ErrorCode::kBadRequest, "the message must be a JSON object"});', "}",
        "Request request;", "std::optional<Refusal> refusal;", "ObjectReader in(*tree, refusal);",
        f'in.required("id", {request_id}, request.id);',
        "const std::optional<std::uint64_t> id = refusal ? std::nullopt : std::optional(request.id);",
        "if (id) read_body(in, request.body, refusal);",
        "if (refusal) return tl::unexpected(ParseError{id, refusal->code, std::move(refusal->detail)});",
        "return request;", "}", "",
        append_declaration("Request") + " {",
        'out += R"({"id":)";', "append_integer(out, value.id);",
        "std::visit([&out](const auto& body) { append_body(out, body); }, value.body);", "}", "",
    ]
    at = body.index("}  // namespace")
    body[at:at] = [line for message in protocol.requests for line in _writer(message)]
    includes = [
        "#include <array>", "#include <cstdint>", "#include <utility>", "", '#include "proto/v1/json_reader.h"',
        '#include "proto/v1/json_writer.h"',
    ]
    return source("proto/v1/requests.h", includes, body)


def _writer(message: Message) -> List[str]:
    """Writes what comes after the id."""
    rest = [field for field in message.struct.fields if field.name != "id"]
    lines = append_object(rest, lambda field: "body." + member(field))
    if not lines[0].startswith('out += R"({"type"'):
        raise ValueError(f"{message.name}: id and type must be the first fields of a request")
    lines[0] = lines[0].replace('R"({"type"', 'R"(,"type"', 1)
    named = " body" if any(has_member(field) for field in rest) else ""
    return [f"void append_body(std::string& out, const {message.struct.name}&{named}) {{", *lines, "}", ""]


def files(protocol: Protocol) -> Dict[str, str]:
    made = {"requests.h": header(protocol), "requests.cc": code(protocol)}
    return {f"proto/v1/{name}": formatted(f"proto/v1/{name}", lines) for name, lines in made.items()}
