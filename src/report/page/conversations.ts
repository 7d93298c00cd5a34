import {conversationFigures} from '../conversation-figures.ts'
import type {ConversationScenario, Conversations} from '../conversation-report.ts'
import {readableMs} from '../figures.ts'
import {type Html, html} from './html.ts'
import {table} from './table.ts'
import {tile, tiles} from './verdict.ts'

const timeline = ({name, happenings}: ConversationScenario): Html =>
  table({
    caption: `What happened in ${name}`,
    columns: ['#at', 'Who', 'What'],
    rows: happenings.map(({atMs, who, what}) => [readableMs(atMs), who, what]),
  })

const scenarioView = (scenario: ConversationScenario): Html => {
  const {name, description, ms, failures} = scenario
  const isOk = failures.length === 0
  return html`<li><h3>${isOk ? html`<span class="good">passed</span>` : html`<strong class="bad">failed</strong>`} ${name} <span class="note">${readableMs(ms)}</span></h3>
<p>${description}</p>
${failures.map(failure => html`<p class="bad">${failure}</p>`)}
${isOk ? html`<details><summary>What happened</summary>${timeline(scenario)}</details>` : timeline(scenario)}</li>
`
}

/** How June converses: the figures of all scenarios, then each, those that failed first. */
export const conversationsView = (conversations: Conversations): Html => html`
<section aria-labelledby="figures"><h2 id="figures">Figures</h2>${tiles(
  conversationFigures(conversations).map(({name, value, note}) => tile(name, value, note)),
)}</section>
<section aria-labelledby="scenarios"><h2 id="scenarios">Scenarios</h2><ol class="cases">${conversations.scenarios
  .toSorted((a, b) => Number(b.failures.length > 0) - Number(a.failures.length > 0))
  .map(scenarioView)}</ol></section>`
