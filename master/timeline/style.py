"""Colours and line styles of a timeline: dark on white, or light on dark where the reader prefers that."""

from __future__ import annotations


def hue(node: int) -> str:
    """The colour of a node's lifeline and broadcasts; neighbours differ clearly, each is seen on white and on black,
    and none is red, which is kept for what goes wrong."""
    return f"hsl({30 + (180 + node * 114.6) % 300:.0f},52%,48%)"


def side_colour(side: int) -> str:
    """Behind the lifelines of nodes that are parted from others; none is red here either."""
    return f"hsl({30 + (180 + side * 185.4) % 300:.0f},70%,50%)"


HEAD = """<style>
svg { --paper: #ffffff; --ink: #1d2733; --faint: #5f6b78; --stripe: #f4f6f8; --rule: #c3cad2; --bad: #c62828;
  --good: #1b7f4b; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #14181d; --ink: #e4e9ee; --faint: #9aa5b1; --stripe: #1b2127; --rule: #46505b; --bad: #ff7b72;
    --good: #57c98a; }
}
text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--ink);
  white-space: pre; unicode-bidi: isolate; }
.title { font: 600 20px system-ui, "DejaVu Sans", sans-serif; }
.verdict { font: 600 13px system-ui, "DejaVu Sans", sans-serif; fill: var(--paper); text-anchor: middle; }
.headtext { font-weight: 600; text-anchor: middle; }
.faint, .answer { fill: var(--faint); }
.world { fill: var(--ink); font-style: italic; }
.wrong { fill: var(--bad); font-weight: 600; }
.expected { fill: var(--good); font-weight: 600; }
.count { font-size: 10px; fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.paper { fill: var(--paper); }
.stripe { fill: var(--stripe); }
.passed { fill: var(--good); }
.failed { fill: var(--bad); }
.head { fill: var(--paper); stroke-width: 2px; }
.life { stroke-width: 3px; stroke-linecap: round; }
.start { fill: var(--paper); stroke-width: 3px; }
.dot { stroke: var(--paper); stroke-width: 1.5px; }
.ring { fill: none; stroke: var(--bad); stroke-width: 2.5px; }
.cross { stroke: var(--bad); stroke-width: 3px; stroke-linecap: round; }
.died { stroke: var(--faint); stroke-width: 3px; stroke-linecap: round; }
.message { stroke-width: 1.6px; stroke-dasharray: 6 4; fill: none; }
.marked { stroke-width: 1.6px; fill: none; }
.buzz { stroke-width: 1.3px; stroke-dasharray: 5 3; fill: none; }
.pushed { stroke-width: 1.6px; fill: none; }
.told { stroke: var(--faint); stroke-width: 1.2px; }
.acknowledged { stroke: var(--good); stroke-width: 1.2px; }
.hollow { fill: var(--paper); stroke-width: 2px; stroke-linejoin: round; }
.unknown { font-size: 10px; font-weight: 700; }
.underway { stroke: var(--faint); stroke-width: 1.6px; stroke-dasharray: 1.6 2.4; }
.settled { stroke: var(--good); stroke-width: 1.2px; }
.hassettled { fill: var(--paper); stroke: var(--good); stroke-width: 2px; }
.lost { stroke: var(--bad); stroke-width: 2px; stroke-dasharray: 2 4; }
.leader { stroke: var(--rule); stroke-width: 1px; stroke-dasharray: 1 3; }
.redleader { stroke: var(--bad); stroke-width: 1px; }
.parting { stroke: var(--bad); stroke-width: 2px; stroke-dasharray: 7 4; }
.heal { stroke: var(--good); stroke-width: 2px; stroke-dasharray: 7 4; }
.frozen { fill: url(#hatch); stroke: var(--faint); stroke-width: 1px; }
.hatchline { stroke: var(--faint); stroke-width: 2px; }
.hatchpaper { fill: var(--paper); }
.group { fill-opacity: 0.16; }
</style>
<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="hatchpaper" width="6" height="6"/><line class="hatchline" x1="1" y1="0" x2="1" y2="6"/></pattern></defs>"""
