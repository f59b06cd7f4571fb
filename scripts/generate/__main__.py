"""Writes everything that comes from the document, or says what is not as it would be written.

python3 -m scripts.generate [--check]
"""

import argparse
import sys
from pathlib import Path
from typing import Dict, List

from scripts.generate import cpp_messages, cpp_requests, page, python_types, typescript
from scripts.generate.reading import read_protocol
from scripts.generate.validator import load_document

ROOT = Path(__file__).resolve().parents[2]


def generated() -> Dict[str, str]:
    """The files, named from the root, with what is in them."""
    protocol = read_protocol(load_document())
    makers = (cpp_messages, cpp_requests, python_types, typescript, page)
    return {name: text for maker in makers for name, text in maker.files(protocol).items()}


def stale(files: Dict[str, str], root: Path = ROOT) -> List[str]:
    """Those that are not there, or have something else in them."""
    return [
        name for name, text in files.items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != text
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Write what comes from proto/v1/buzzer.v1.asyncapi.json.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something is not up to date")
    only_check: bool = parser.parse_args().check
    files = generated()
    names = stale(files)
    for name in names:
        print(f"{name} is not what the document says" if only_check else f"written: {name}")
        if not only_check:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(files[name], encoding="utf-8")
    if names and only_check:
        print("To mend it: python3 -m scripts.generate")
    print(f"{len(files)} files, {len(names)} of them {'not up to date' if only_check else 'written'}")
    return 1 if names and only_check else 0


if __name__ == "__main__":
    sys.exit(main())
