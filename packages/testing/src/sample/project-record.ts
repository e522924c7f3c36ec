import { fields, type SampleRecord } from './filing.ts'
import type { Project } from './projects.ts'
import { submitters } from './submitters.ts'

/** A record of a project table under the sender's own row number. */
export function upsert(
  project: Project,
  entity: string,
  row: string,
  data: Readonly<Record<string, string | number | undefined>>,
): SampleRecord {
  return {
    entity,
    operation: 'upsert',
    sourceId: `${row}-${project.index + 1}`,
    enteredBy: `u${2_000 + (project.index % 40)}`,
    data: fields(data),
  }
}

/** The four fields with which the 2018 tables say where a record comes from and who checked it. */
export const checked = (project: Project) => ({
  CheckDepartName: submitters[project.submitter].unit,
  CheckPersonName: `审示例${project.index % 9}`,
  DataSource: project.source,
  DataLevel: project.level,
})
