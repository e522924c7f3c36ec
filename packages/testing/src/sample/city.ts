import { companiesOf } from './companies.ts'
import { conductFilings } from './conduct-filings.ts'
import { calendarOf, fixedDayZero } from './days.ts'
import { decisionsOf } from './decisions.ts'
import type { Filing } from './filing.ts'
import { oddFilings, registerOddities } from './oddities.ts'
import { projectFilings } from './project-filings.ts'
import { projectsOf } from './projects.ts'
import { registerFilings } from './register-filings.ts'
import { withRefusals } from './refusals.ts'
import { staffOf } from './staff.ts'
import { type SampleSubmission, submissionsOf } from './submissions.ts'
import { plantSuspicions, type Suspicions } from './suspicions.ts'

export interface SampleCity {
  readonly dayZero: string
  readonly submissions: readonly SampleSubmission[]
  readonly filings: readonly Filing[]
  readonly stories: Suspicions['stories']
}

/**
 * The whole sample city, always the same for the same day 0.
 * @param dayZero `YYYY-MM-DD`; everything in the city happened before it
 */
export function sampleCity(dayZero: string = fixedDayZero): SampleCity {
  const calendar = calendarOf(dayZero)
  const companies = companiesOf()
  const staff = staffOf(companies)
  const { projects, stories } = plantSuspicions(projectsOf(calendar, companies, staff), calendar)
  const decisions = decisionsOf(calendar, companies, staff)
  const regular = [
    ...registerFilings(calendar, companies, staff),
    ...withRefusals(projectFilings(projects, calendar, staff), 'north', 0.3),
    ...conductFilings(decisions, calendar),
  ]
  const submissions = submissionsOf(
    [...regular, ...registerOddities(regular), ...oddFilings(projects, calendar, regular, decisions)],
    calendar,
  )
  return { dayZero, submissions, filings: submissions.flatMap((submission) => submission.filings), stories }
}
