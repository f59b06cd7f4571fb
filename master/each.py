"""`each <first>..<last> <line>`: one line of clients for many of them, with the number for each `%`. Pure.

What they answer is printed once if it is the same for all, the words that held the number aside; otherwise each answer is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from master.client_lines import ClientCommand, Malformed
from master.command import Command

MOST = 1000
FORM = f"`each <first>..<last> <line of a client with %>`, {MOST} numbers at most"


@dataclass(frozen=True)
class Each(Command):
    numbers: Tuple[int, ...]
    words: Tuple[str, ...]
    """Of the line, those with a `%`."""
    commands: Tuple[ClientCommand, ...]
    """One for each number."""

    def answers(self, said: Sequence[Optional[str]]) -> List[str]:
        """What to print of what each has answered."""
        as_one = {self._without_number(number, answer) for number, answer in zip(self.numbers, said)}
        if len(as_one) == 1:
            (answer,) = as_one
            return [] if answer is None else [answer]
        return [answer for answer in said if answer is not None]

    def _without_number(self, number: int, answer: Optional[str]) -> Optional[str]:
        if answer is None:
            return None
        for word in self.words:
            answer = re.sub(rf"(?<!\w){re.escape(word.replace('%', str(number)))}(?!\w)", word, answer)
        return answer


def lines(text: str) -> Tuple[Tuple[int, ...], Tuple[str, ...], List[str]]:
    """Of an `each` line: the numbers, the words with a `%`, and the line for each number. Raises Malformed."""
    found = re.fullmatch(r"each[ \t]+(\d{1,9})\.\.(\d{1,9})[ \t]+(.*%.*)", text)
    if found is None:
        raise Malformed(FORM)
    numbers = range(int(found[1]), int(found[2]) + 1)
    if not 1 <= len(numbers) <= MOST:
        raise Malformed(FORM)
    words = tuple(word for word in found[3].split() if "%" in word and word != "%")
    return tuple(numbers), words, [found[3].replace("%", str(number)) for number in numbers]
