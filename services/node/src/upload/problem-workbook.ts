import type { KeptFile, RecordOutcome } from '@huijiao/exchange'
import { annotateWorkbook, type FileNotes, type FileSource, type TableOptions, workbookOfProblems, workbookOfRows } from '@huijiao/files'
import type { ProblemDocument } from '@huijiao/problem'

/** A file that is here, with what was said of it. */
export interface FileWithProblems extends KeptFile {
  readonly options: TableOptions
  readonly notes?: FileNotes
}

/** Problems with their records' positions and places, in order. */
export const problemsOf = (outcomes: readonly RecordOutcome[]): ProblemDocument[] =>
  outcomes.flatMap((outcome) => (outcome.problems ?? []).map((problem) => ({ ...problem, record: problem.record ?? outcome.index })))

/**
 * A workbook of problems: the sender's own with its cells marked; for a CSV one made of its rows; and where there is no file (a submission
 * of JSON, or one whose time is over) the problems alone.
 */
export async function problemWorkbook(problems: readonly ProblemDocument[], file: FileWithProblems | null): Promise<Buffer> {
  if (file === null || file.kind === 'xml') return await workbookOfProblems(problems, file?.notes)
  if (file.kind === 'xlsx') return await annotateWorkbook(file.bytes, problems, file.notes)
  const source: FileSource = { bytes: file.bytes, path: null }
  return await workbookOfRows(source, file.options, problems)
}
