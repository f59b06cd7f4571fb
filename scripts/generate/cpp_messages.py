"""parts.h/.cc, messages.h/.cc and problems.h/.cc: what the server sends, and what messages are made of."""

from typing import Dict, List

from scripts.generate.cpp import (
    Writing, append_declaration, append_part, append_struct, comment, enumerator, formatted, member, own_enums, pascal,
    source, struct_lines, value_type, with_note,
)
from scripts.generate.model import Field, Message, Named, Protocol, Struct, Text

_TYPES_INCLUDES = [
    "#include <array>", "#include <cstdint>", "#include <optional>", "#include <string>", "#include <string_view>",
    "#include <variant>", "#include <vector>", "", '#include "base/ids.h"', '#include "proto/errors.h"',
]


def parts_header(protocol: Protocol) -> List[str]:
    lines = [
        "// What the messages of buzzer.v1.json are made of: docs/protocols/websocket.md. Plain data; any thread.",
        "//",
        "// Strings are valid UTF-8 and, like numbers and lists, within the limits that the document says; append() writes",
        "// them unchecked. Times are ms since 1970-01-01 UTC. Fields that are left out are empty optionals, or false.",
        "#pragma once", "", *_TYPES_INCLUDES, "", "namespace buzzer::proto::v1 {", "",
    ]
    for enum in own_enums(protocol):
        names = ", ".join(f'"{value}"' for value in enum.values)
        lines += [
            f"enum class {enum.name} : std::uint8_t {{ {', '.join(map(enumerator, enum.values))} }};",
            f"inline constexpr std::array<std::string_view, {len(enum.values)}> k{enum.name}Names{{{names}}};",
            f"[[nodiscard]] constexpr std::string_view name_of({enum.name} value) {{",
            f"return k{enum.name}Names[static_cast<std::size_t>(value)];", "}", "",
        ]
    for part in protocol.parts:
        if isinstance(part, Struct):
            lines += struct_lines(part.name, part.description, part.fields)
        else:
            variants = ", ".join(variant.name for variant in part.variants)
            lines += [*comment(part.description), f"using {part.name} = std::variant<{variants}>;", ""]
    lines += ["// Each writes one JSON object at the end of `out`."]
    lines += [append_declaration(part.name) + ";" for part in protocol.parts]
    return [with_note(lines[0]), *lines[1:], "", "}  // namespace buzzer::proto::v1"]


def parts_source(protocol: Protocol) -> List[str]:
    body = [line for part in protocol.parts for line in append_part(part)]
    return source("proto/v1/parts.h", ['#include "proto/v1/json_writer.h"'], body)


def _split(message: Message) -> "tuple[List[Field], List[Field]]":
    names = [field.name for field in message.struct.fields]
    at = names.index(message.shared_from)
    return message.struct.fields[:at], message.struct.fields[at:]


def _parameters(fields: List[Field]) -> str:
    parameters = []
    for field in fields:
        if field.name == "type":
            continue
        kind = value_type(field.type)
        if isinstance(field.type, Text):
            kind = "std::string_view"
        elif isinstance(field.type, Named):
            kind = f"const {kind}&"
        parameters.append(f"{kind} {member(field)}")
    return ", ".join(["std::string& out", *parameters])


def _shared_declarations(message: Message) -> List[str]:
    envelope, body = _split(message)
    return [
        f"void append_{message.name}_envelope({_parameters(envelope)})",
        f"void append_{message.name}_body({_parameters(body)})",
    ]


def messages_header(protocol: Protocol) -> List[str]:
    lines = [
        "// What the server sends in buzzer.v1.json: docs/protocols/websocket.md. Plain data; any thread.",
        "#pragma once", "", '#include "proto/v1/parts.h"', "", "namespace buzzer::proto::v1 {", "",
    ]
    for message in protocol.from_server:
        lines += struct_lines(message.struct.name, message.summary, message.struct.fields)
    lines += ["// Each writes one whole message at the end of `out`."]
    lines += [append_declaration(message.struct.name) + ";" for message in protocol.from_server]
    for message in protocol.from_server:
        if message.shared_from:
            lines += [
                "", f"// A {message.name} in two parts, one behind the other: an envelope for one receiver, and a body,",
                f"// from `{message.shared_from}` on, that is the same for all.",
                *(line + ";" for line in _shared_declarations(message)),
            ]
    return [with_note(lines[0]), *lines[1:], "", "}  // namespace buzzer::proto::v1"]


def messages_source(protocol: Protocol) -> List[str]:
    body: List[str] = []
    for message in protocol.from_server:
        if not message.shared_from:
            body += append_struct(message.struct)
            continue
        parts = _split(message)
        declarations = _shared_declarations(message)
        for at, (fields, declaration) in enumerate(zip(parts, declarations)):
            writing = Writing(member)
            writing.literal("{" if at == 0 else "")
            writing.fields(fields, first=True)
            writing.literal("," if at == 0 else "}")
            writing.flush()
            body += [declaration + " {", *writing.lines, "}", ""]
        body += [append_declaration(message.struct.name) + " {"]
        for fields, part in zip(parts, ("envelope", "body")):
            values = ", ".join("value." + member(field) for field in fields if field.name != "type")
            body += [f"append_{message.name}_{part}(out, {values});"]
        body += ["}", ""]
    return source("proto/v1/messages.h", ['#include "proto/v1/json_writer.h"'], body)


def problems_header() -> List[str]:
    return [
        with_note("// What clients are told of an error, for HTTP and WebSocket alike. Pure; any thread."),
        "#pragma once", "", "#include <string>", "", '#include "proto/errors.h"', '#include "proto/v1/parts.h"', "",
        "namespace buzzer::proto::v1 {", "",
        "// `detail`: a sentence for a person that names the input and the limit; at most 1,000 characters. Never fails: a",
        "// code that is not known, from a newer peer, is an indefinite one.",
        "[[nodiscard]] Problem problem(ErrorCode code, std::string detail);", "", "}  // namespace buzzer::proto::v1",
    ]


def problems_source(protocol: Protocol) -> List[str]:
    known = [code for code in protocol.codes if not code.fallback]
    rows = [f'{{ErrorCode::k{pascal(code.name)}, {code.status}, "{code.title}"}},' for code in known]
    fallback = next(code for code in protocol.codes if code.fallback)
    body = [
        "namespace {", "",
        "struct Meaning {", "ErrorCode code;", "std::uint32_t status;  // of HTTP", "std::string_view title;", "};", "",
        f"constexpr std::array<Meaning, {len(rows)}> kMeanings{{{{", *rows, "}};", "",
        "Meaning meaning_of(ErrorCode code) {",
        "for (const Meaning& one : kMeanings) {", "if (one.code == code) return one;", "}",
        f'return {{code, {fallback.status}, "{fallback.title}"}};', "}", "", "}  // namespace", "",
        "Problem problem(ErrorCode code, std::string detail) {",
        "const Meaning meaning = meaning_of(code);", "const ErrorInfo info = error_info(code);", "Problem made;",
        'made.type = "urn:buzzer:error:" + std::string(info.name);', "made.title = meaning.title;",
        "made.status = meaning.status;", "made.detail = std::move(detail);", "made.code = code;",
        "made.definite = info.definite;", "return made;", "}", "",
    ]
    return source("proto/v1/problems.h", ["#include <array>", "#include <utility>"], body)


def files(protocol: Protocol) -> Dict[str, str]:
    made = {
        "parts.h": parts_header(protocol), "parts.cc": parts_source(protocol),
        "messages.h": messages_header(protocol), "messages.cc": messages_source(protocol),
        "problems.h": problems_header(), "problems.cc": problems_source(protocol),
    }
    return {f"proto/v1/{name}": formatted(f"proto/v1/{name}", lines) for name, lines in made.items()}
