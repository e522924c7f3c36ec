import type { Severity } from '@huijiao/problem'

export type DatePair = readonly [string, string]

interface Ruled {
  readonly severity: Severity
  readonly basis: string
}

/** The letters between project part and serial of a phase's number, one for all or by the value of another field. */
export interface PhaseLetters {
  readonly by?: string
  readonly letters: string | Readonly<Record<string, string>>
}

/** Parts of a total in one table, in the table's own unit. `tolerance`: share of the total by which they may differ. */
export interface Total {
  readonly entity: string
  readonly total: string
  readonly parts: readonly string[]
  readonly tolerance: number
}

/** A certificate number in the new form of construction companies, when `by` has `value`. */
export interface CertificateField {
  readonly field: string
  readonly by: string
  readonly value: string
}

export interface QualificationValues extends Ruled {
  /** Words of a qualification per kind of works. */
  readonly kinds: { readonly entity: string; readonly field: string; readonly by: string; readonly words: Readonly<Record<string, string>> }
  /** Registrations that are of another profession than the role asks. */
  readonly roles: { readonly entity: string; readonly field: string; readonly by: string; readonly refused: readonly string[] }
  /** The class letter of a safety certificate per kind of person. */
  readonly safety: {
    readonly entities: readonly string[]
    readonly field: string
    readonly by: string
    readonly pattern: string
    readonly letters: Readonly<Record<string, string>>
  }
  /** Entity → the field that says until when the certificate counts. */
  readonly expires: Readonly<Record<string, string>>
}

/** Values of the rules over several fields of one record, as `data/rulings/rules.json` has them; part of every release. */
export interface RuleValues {
  readonly about?: string
  readonly dateOrder: Ruled & { readonly pairs: readonly DatePair[]; readonly pairsOf: Readonly<Record<string, readonly DatePair[]>> }
  readonly dateFuture: Ruled & { readonly fields: readonly string[] }
  readonly amounts: Ruled & {
    readonly max: Readonly<Record<string, string>>
    readonly perAreaMax: number
    readonly perAreaFrom: number
    readonly perArea: readonly (readonly [string, string])[]
  }
  readonly placeholders: {
    readonly basis: string
    /** What a placeholder is in a mandatory field, and in an optional text without a check. */
    readonly inMandatory: Severity
    readonly inOptional: Severity
    readonly words: readonly string[]
    readonly dates: readonly string[]
    readonly datesNot: readonly string[]
    /** From how many times one character, alone in a value, stands for nothing. */
    readonly repeatedFrom: number
    /** From how many neighbours of a run, alone in a value, they stand for nothing. */
    readonly runFrom: number
    readonly runs: readonly string[]
  }
  readonly spreadsheet: Ruled & {
    readonly exponent: string
    readonly words: readonly string[]
    /** Field → how many digits it always has. */
    readonly fixedDigits: Readonly<Record<string, number>>
    readonly fixedDigitsSeverity: Severity
    /** First and last serial number (days since 1899-12-30) that is taken for a date. */
    readonly dateFrom: number
    readonly dateTo: number
  }
  readonly encoding: Ruled & { readonly signs: readonly string[] }
  /** `fields`: pattern of the names of fields that hold numbers, codes and telephones; `around`: white space at the ends of any text. */
  readonly strayCharacters: Ruled & { readonly around: Ruled; readonly fields: string }
  readonly codesInForce: Ruled
  readonly companyCodes: Ruled & { readonly pairs: readonly (readonly [string, string])[] }
  readonly sums: Ruled & { readonly totals: readonly Total[]; readonly partsOf: readonly (readonly [part: string, whole: string])[] }
  readonly shares: Ruled & { readonly fields: readonly string[] }
  readonly certificates: Ruled & { readonly fields: Readonly<Record<string, CertificateField>> }
  readonly qualification: QualificationValues
  /** `subjects`: national subject code → kinds of company (TBAPTITUDEKINDDIC) that it fits. */
  readonly conduct: Ruled & {
    readonly classField: string
    readonly codeField: string
    readonly subjects: Readonly<Record<string, readonly string[]>>
    readonly by: string
  }
  readonly regions: { readonly nesting: Ruled; readonly number: Ruled; readonly validity: Ruled }
  readonly openDictionaries: Ruled
  readonly residentIds: { readonly old: Ruled; readonly agreement: Ruled }
  readonly classified: Ruled & { readonly pattern: string; readonly fields: readonly string[] }
  readonly numbers: Ruled & {
    readonly own: Readonly<Record<string, PhaseLetters>>
    /** Last two digits of a permit number of 18 digits. */
    readonly permitClasses: readonly string[]
    readonly trackRecord: { readonly field: string; readonly prefix: string; readonly basis: string }
    readonly unit: { readonly field: string; readonly basis: string }
  }
  readonly publication: Ruled & { readonly require: readonly string[] }
  readonly freeText: Ruled & { readonly fields: readonly string[] }
}
