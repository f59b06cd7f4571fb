/** A buzz's text: mentions, topics and links live, everything else text. Line breaks are kept. */
import { memo } from "react";
import { Link } from "wouter";
import type { Buzz } from "../../model/buzzer";
import { segmentsOf, type Segment } from "./text-segments";
import "./BuzzText.css";

export const BuzzText = memo(function BuzzText({ buzz, large = false }: { buzz: Buzz; large?: boolean }) {
  return (
    <p className={large ? "BuzzText BuzzText--large" : "BuzzText"} dir="auto">
      {segmentsOf(buzz.text, buzz.entities).map((segment, index) => (
        <Part key={index} segment={segment} />
      ))}
    </p>
  );
});

function Part({ segment: { kind, text, value } }: { segment: Segment }) {
  switch (kind) {
    case "text":
      return text;
    case "mention":
      return <Link href={`/@${encodeURIComponent(value)}`}>{text}</Link>;
    case "topic":
      return <Link href={`/tag/${encodeURIComponent(value)}`}>{text}</Link>;
    case "link":
      return (
        <a href={value} target="_blank" rel="noopener noreferrer nofollow ugc">
          {text}
        </a>
      );
  }
}
