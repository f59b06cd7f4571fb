/**
 * What the node that one is connected to does each second: requests, posts and pushes, with how they went in the last
 * minute. A node tells of a change only, so the curves take a sample a second themselves, while the page is seen.
 */
import { useEffect, useRef, useState } from "react";
import type { ReactElement } from "react";
import type { GridRates as Rates } from "../../protocol/v1";
import { Sparkline } from "./Sparkline";
import "./GridRates.css";

const SAMPLES = 60;
const SAMPLE_MS = 1000;

const FIGURES = [
  { name: "requests/s", of: (rates: Rates) => rates.requests_per_s },
  { name: "posts/s", of: (rates: Rates) => rates.posts_per_s },
  { name: "pushes/s", of: (rates: Rates) => rates.pushes_per_s },
] as const;

function say(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value >= 100 ? 0 : 1 });
}

function useSamples(rates: Rates | undefined): readonly Rates[] {
  const latest = useRef(rates);
  useEffect(() => {
    latest.current = rates;
  }, [rates]);
  const [samples, setSamples] = useState<readonly Rates[]>([]);
  useEffect(() => {
    const timer = setInterval(() => {
      const sample = latest.current;
      if (sample === undefined || document.hidden) return;
      setSamples((before) => [...before.slice(1 - SAMPLES), sample]);
    }, SAMPLE_MS);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return samples;
}

/** `rates` undefined: not known yet. */
export function GridRates({ rates }: { readonly rates: Rates | undefined }): ReactElement {
  const samples = useSamples(rates);
  return (
    <dl className="GridRates">
      {FIGURES.map(({ name, of }) => (
        <div className="GridRates-figure" key={name}>
          <dt className="GridRates-name">{name}</dt>
          <dd className="GridRates-value">
            {rates === undefined ? "–" : say(of(rates))}
            <Sparkline values={samples.map(of)} room={SAMPLES} least={5} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
