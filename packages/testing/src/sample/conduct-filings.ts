import { conductRecord, type Decision } from './conduct-records.ts'
import type { Calendar } from './days.ts'
import { accepted, type Filing } from './filing.ts'
import { lastDay } from './schedule.ts'

/** How long after the decision its publication changed. */
const changedAfterDays = 70

/** The sixty decisions, and for those whose term or standing changed a second version. */
export function conductFilings(decisions: readonly Decision[], calendar: Calendar): Filing[] {
  const filings: Filing[] = []
  for (const decision of decisions) {
    const file = (day: number, later: boolean, story?: string) =>
      filings.push({
        submitter: decision.submitter,
        day: Math.min(lastDay, day),
        standard: '2018',
        record: conductRecord(decision, calendar, later),
        fate: accepted,
        ...(story === undefined ? {} : { story }),
      })
    // Sent with its publication data, on the fourth day; a decision of these days without it, at once.
    file(decision.publication === 'none' ? decision.day + 1 : decision.day + 4, false)
    if (['shortened', 'extended', 'revoked'].includes(decision.publication))
      file(decision.day + changedAfterDays, true, decision.publication)
  }
  // One decision, copied from its paper with other brackets: 〔2026〕 became [2026]. It is the same decision.
  const first = decisions.find((decision) => !decision.good && decision.submitter === 'city' && decision.publication === 'running')
  if (first) {
    const copy = conductRecord({ ...first, document: first.document.replace('〔', '[').replace('〕', ']') }, calendar)
    filings.push({
      submitter: 'city',
      day: Math.min(lastDay, first.day + 30),
      standard: '2018',
      record: { ...copy, sourceId: `${copy.sourceId}-抄`, sourceVersion: 2 },
      fate: accepted,
      story: 'two-brackets',
    })
  }
  return filings
}
