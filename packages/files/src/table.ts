import type { FilePlace, ProblemDocument } from '@huijiao/problem'
import type { Column } from './columns.ts'

/** A record read from a row, and what the reader found wrong with its cells. */
export interface TableRecord {
  /** 0-based among the records of the file. */
  readonly index: number
  readonly place: FilePlace
  /** As a submission has it: entity, operation, sourceId, data. */
  readonly record: Readonly<Record<string, unknown>>
  /** Pointers relative to the record. A cell that has an error here has no value in the record. */
  readonly problems: readonly ProblemDocument[]
  /** The bytes of the file it covers, where the format has such a range (CSV); else null. */
  readonly bytes: { readonly from: number; readonly to: number } | null
  /** About how many bytes its values take. */
  readonly size: number
}

/** A column that is no field, named with what may have been meant. */
export interface UnknownColumn {
  readonly column: string
  /** The cell of the header, such as `AC1`; absent in XML. */
  readonly cell?: string
  readonly near: readonly string[]
}

export interface SheetNotes {
  /** Absent in CSV and XML. */
  readonly sheet?: string
  readonly entity: string
  /** 1-based rows of the header. */
  readonly headerRows?: readonly number[]
  readonly columns: number
  /** Columns whose values were not taken. */
  readonly unknownColumns?: readonly UnknownColumn[]
  /** Mandatory fields that have no column. */
  readonly missingColumns?: readonly string[]
  readonly mergedCells?: number
  readonly formulas?: number
  /** Quantities that were read as the numbers of things they stand for, digit for digit. */
  readonly numbersAsText?: number
  /** Rows with nothing in any known column but something elsewhere, by number (the first twenty). */
  readonly rowsPassedOver?: readonly number[]
}

/** What a reader tells of a file; part of the answer and of the receipt. */
export interface FileNotes {
  readonly kind: 'csv' | 'xlsx' | 'xml'
  readonly name?: string
  /** `UTF-8` or `GB18030`; absent in a workbook, which is always UTF-8. */
  readonly encoding?: string
  readonly encodingBy?: string
  readonly delimiter?: string
  readonly sheets: readonly SheetNotes[]
  readonly sheetsPassedOver?: readonly { readonly sheet: string; readonly why: { readonly zh: string; readonly en: string } }[]
}

/** An opened file: its notes, and its records from a place on. */
export interface Table {
  readonly notes: FileNotes
  /** Header columns of a sheet (of the file, when it has none). */
  columnsOf(sheet: string | undefined): readonly Column[]
  records(from?: { readonly byte: number; readonly record: number }): AsyncGenerator<TableRecord>
}
