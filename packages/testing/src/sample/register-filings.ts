import { type Company, companiesOf } from './companies.ts'
import type { Calendar } from './days.ts'
import { certificateRecords, companyRecord, companyUnderOldCode, foreignRecord, safetyPermitRecord } from './enterprise-records.ts'
import { accepted, type Filing, type SampleRecord } from './filing.ts'
import { personRecords } from './person-records.ts'
import { firstDay, lastDay, sendingDay } from './schedule.ts'
import type { Staff } from './staff.ts'

/** Companies first known by a nine-character organisation code, and the days on which they got the credit code. */
const oldCodes: ReadonlyMap<number, number> = new Map([
  [2, -150],
  [40, -98],
  [77, -40],
])

/** Register number of the company that the province and the city describe differently. */
export const twiceReported = 30

/** Enterprises and persons: they enter at the province and flow down. */
export function registerFilings(calendar: Calendar, companies: readonly Company[], staff: readonly Staff[]): Filing[] {
  const filings: Filing[] = []
  const file = (day: number, record: SampleRecord, story?: string) =>
    filings.push({
      submitter: 'registry',
      day: Math.min(lastDay, Math.max(firstDay, day)),
      standard: '2018',
      record,
      fate: accepted,
      ...(story === undefined ? {} : { story }),
    })
  for (const [at, company] of companies.entries()) {
    const since = oldCodes.get(at)
    // A fifth of the companies came into the register during the three quarters, the others were there before.
    const start = at % 5 === 4 ? sendingDay(calendar, firstDay + 30 + at * 1.5, 0, at % 2 === 0) : firstDay
    if (since !== undefined) file(firstDay, companyUnderOldCode(company, `QY9-${company.serial}`), 'old-code')
    const day = since === undefined ? start : sendingDay(calendar, since, 0, true)
    file(day, companyRecord(company, `QY-${company.serial}`, {}, 1))
    if (company.formerName !== undefined)
      file(
        sendingDay(calendar, -120, 0, false),
        companyRecord(company, `QY-${company.serial}`, { CorpName: company.name }, 2),
        'name-change',
      )
    for (const record of [...certificateRecords(company, calendar), ...safetyPermitRecord(company, calendar), ...foreignRecord(company)])
      file(day, record)
  }
  const startOf = new Map(
    filings.filter((filing) => filing.record.entity === 'TBCorpBasicInfo').map((filing) => [filing.record.data?.CorpCode, filing.day]),
  )
  for (const person of staff) {
    const day = Math.max(
      startOf.get(person.company.code) ?? firstDay,
      person.person.serial % 4 === 1 ? sendingDay(calendar, firstDay + (person.person.serial % 260), 0, true) : firstDay,
    )
    for (const record of personRecords(person, calendar)) file(day, record)
  }
  // A nightly run sends everything again: nothing has changed.
  for (const company of companies.slice(50, 56)) {
    if (company.formerName !== undefined || company.serial % 5 === 4) continue
    filings.push({
      submitter: 'registry',
      day: -2,
      standard: '2018',
      record: companyRecord(company, `QY-${company.serial}`, {}, 1),
      fate: { outcome: 'unchanged' },
      story: 'pushed-again',
    })
  }
  const contested = companies[twiceReported] ?? companiesOf()[0]
  if (contested) {
    const record = companyRecord(contested, 'QY-SHI-1', { Address: '示例市另一地址99号（合成）', RegPrin: String(contested.capital + 800) })
    filings.push({ submitter: 'city', day: -60, standard: '2018', record, fate: accepted, story: 'two-sources' })
  }
  return filings
}
