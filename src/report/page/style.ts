/** The look of June's web page, for something to read and to print. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f5f2, #15171a);
  --raised: light-dark(#ffffff, #1e2125);
  --line: light-dark(#e2dfd8, #2d3136);
  --ink: light-dark(#1d2023, #e9e7e2);
  --soft: light-dark(#62666c, #9ba1a8);
  --accent: light-dark(#1f6f63, #4fb3a2);
  --tint: light-dark(#dcebe7, #1d3a35);
  --warn: light-dark(#7a5200, #e8bf6a);
  --warn-paper: light-dark(#fbf1da, #2c2514);
  --alarm: light-dark(#b2301f, #f0776c);
  --alarm-paper: light-dark(#fcebe9, #361d1b);
  font: 16px / 1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--paper); color: var(--ink); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
header, main { max-width: 70rem; margin-inline: auto; padding: 1rem 1.25rem; }
header p { display: flex; align-items: center; gap: .5rem; font-weight: 650; }
.mark { width: 1.75rem; height: 1.75rem; fill: none; stroke: var(--accent); stroke-width: 2.4; stroke-linecap: round; }
main { padding-bottom: 4rem; }
section { margin-top: 2rem; }
h1 { margin-bottom: .75rem; font-size: 1.6rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { margin-bottom: .5rem; font-size: 1.2rem; }
h3, h4 { font-size: 1rem; }
h4::first-letter { text-transform: uppercase; }
.note { color: var(--soft); font-size: .875rem; font-weight: 400; }
.good { color: var(--accent); }
.bad { color: var(--alarm); }
.banner { margin-block: .75rem; padding: .8rem 1rem; border-radius: 12px; }
.banner ul { padding-left: 1.25rem; }
.passed { background: var(--tint); }
.failed { background: var(--alarm-paper); }
.passed strong, .failed strong { font-size: 1.25rem; }
.passed strong { color: var(--accent); }
.failed strong { color: var(--alarm); }
.warn { background: var(--warn-paper); color: var(--warn); border: 2px solid; }
.pair, .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 2rem; }
.pair section { margin-top: 1rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .5rem; margin-top: .5rem; }
.tiles div, figure, .cases li, table { background: var(--raised); border: 1px solid var(--line); border-radius: 12px; }
.tiles div { padding: .5rem .8rem; }
.tiles dt { color: var(--soft); font-size: .875rem; }
.tiles b { font-size: 1.35rem; font-weight: 600; }
.tiles .note { display: block; }
.charts { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 1rem; margin-block: .75rem; }
.charts .scroll { margin: 0; }
figure { padding: .75rem; max-width: 100%; }
figcaption { font-weight: 600; }
.plot { display: block; max-width: 100%; height: auto; overflow: visible; }
.plot text { white-space: pre; }
.scroll { max-width: 100%; margin-block: .75rem; overflow-x: auto; }
table { border-collapse: separate; border-spacing: 0; font-size: .9rem; overflow-wrap: normal; }
caption { padding-bottom: .4rem; font-weight: 600; text-align: left; }
th, td { padding: .4rem .75rem; text-align: left; vertical-align: top; }
tr + tr > *, tbody tr:first-child > * { border-top: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 500; }
td, tbody th { max-width: 24rem; overflow-wrap: break-word; min-width: 4.5rem; }
.figure { text-align: right; white-space: nowrap; }
code, pre { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { white-space: pre-wrap; padding: .75rem 1rem; border-radius: 12px; background: var(--raised); border: 1px solid var(--line); }
/* All of a digest is there to be selected and copied; its beginning is seen. */
.digest { white-space: nowrap; }
.rest { display: inline-block; width: 1ch; height: 1em; overflow: hidden; vertical-align: bottom; color: transparent; }
.digest:is(:hover, :focus) .rest { width: auto; overflow: visible; color: inherit; }
.files { padding-left: 1.1rem; min-width: 20rem; }
.facts div { display: grid; grid-template-columns: 8rem 1fr; padding-block: .15rem; }
dt { color: var(--soft); }
.cases { padding: 0; list-style: none; }
.cases li { margin-block: .6rem; padding: .75rem 1rem; }
.cases dl { display: grid; grid-template-columns: 3.6rem 1fr; gap: 0 .6rem; }
.cases h4 { margin-top: .4rem; font-weight: 600; }
audio { display: block; width: 100%; max-width: 22rem; height: 2.25rem; margin-block: .25rem; }
.diff del, .diff ins { padding-inline: .15em; border-radius: 4px; }
.diff del { background: var(--alarm-paper); text-decoration: line-through 2px; }
.diff ins { background: var(--tint); text-decoration: underline 2px; }
.diff .sub::before { content: "["; }
.diff .sub::after { content: "]"; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
summary { padding-block: .5rem; color: var(--accent); cursor: pointer; font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media print {
  :root { color-scheme: light; font-size: 12px; }
  audio, summary { display: none; }
  .scroll { overflow: visible; }
  .cases li, figure, tr { break-inside: avoid; }
}
`
