/** What a cell of a file holds. Texts of CSV and XML are `text`; the other kinds are of workbooks. */
export type CellContent =
  | { readonly kind: 'text'; readonly text: string }
  /** `text`: as the file has it, such as `3.70102E+15`. `format`: how Excel shows it; `pad`: zeros in front that it shows. */
  | {
      readonly kind: 'number'
      readonly text: string
      readonly format: 'plain' | 'date' | 'time' | 'date-time'
      readonly pad: number
      readonly since1904: boolean
    }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'error'; readonly text: string }
  /** A formula that was saved without a result. */
  | { readonly kind: 'formula-empty' }
  /** Covered by a merged cell whose value stands elsewhere. */
  | { readonly kind: 'merged'; readonly from: string; readonly anchor: CellContent }

/** A row of any file, by 0-based column. Empty cells are absent. */
export interface CellRow {
  readonly number: number
  readonly cells: ReadonlyMap<number, CellContent>
  /** Why the row could not be read; it then has no cells. */
  readonly fault?: 'quote-open' | 'encoding' | 'too-long'
}
