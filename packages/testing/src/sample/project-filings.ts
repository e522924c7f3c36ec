import type { Calendar } from './days.ts'
import { accepted, type Filing, type SampleRecord } from './filing.ts'
import { permitRecords, reviewRecords } from './permits.ts'
import { contractRecords, finishRecords, projectRecord, tenderRecords } from './project-records.ts'
import { type Project, type Stage, stages } from './projects.ts'
import { sendingDay } from './schedule.ts'
import { siteRecords } from './site.ts'
import type { Staff } from './staff.ts'
import { submitters } from './submitters.ts'

function recordsOf(stage: Stage, project: Project, calendar: Calendar, staff: readonly Staff[]): SampleRecord[] {
  switch (stage) {
    case 'project':
      return [projectRecord(project, calendar)]
    case 'tender':
      return tenderRecords(project, calendar)
    case 'contract':
      return contractRecords(project, calendar)
    case 'review':
      return reviewRecords(project, calendar, staff)
    case 'permit':
      return [...permitRecords(project, calendar), ...siteRecords(project, calendar, staff)]
    case 'finish':
      return finishRecords(project, calendar)
  }
}

/** More 万元 than any project costs: somebody wrote 元. */
const believable = 10_000_000

/** The records of every stage a project reached, none sent before those of the stage below. */
export function projectFilings(projects: readonly Project[], calendar: Calendar, staff: readonly Staff[]): Filing[] {
  const filings: Filing[] = []
  for (const project of projects) {
    let day = Number.NEGATIVE_INFINITY
    for (const [at, stage] of stages.slice(0, project.reached).entries()) {
      day = Math.max(day, sendingDay(calendar, project.days[stage], submitters[project.submitter].lagDays, (project.index + at) % 3 === 0))
      for (const record of recordsOf(stage, project, calendar, staff))
        filings.push({
          submitter: project.submitter,
          day,
          standard: project.release,
          record,
          fate: project.invest > believable ? { outcome: 'doubtful' } : accepted,
        })
    }
  }
  return filings
}
