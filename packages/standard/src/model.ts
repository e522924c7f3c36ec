import type { Words } from '@huijiao/problem'
import type { PolicyDocument } from './policy/policy.ts'
import type { RuleValues } from './rules/values.ts'
import type { ReleaseMapping } from './crosswalk/model.ts'

/** How a field may be shown: `open` to anybody, `named` by rule within a term and then erasable, `sealed` encrypted and masked. */
export type Privacy = 'open' | 'named' | 'sealed'

export type FieldKind = 'text' | 'code' | 'region' | 'decimal' | 'integer' | 'date' | 'instant' | 'attachment'

/** What a value must pass beyond its type. `company-code-or-other` also takes the field's `others` and, for a private person, a resident id. */
export type FieldCheck = 'company-code' | 'company-code-or-other' | 'resident-id' | 'project-number'

export type RegionLevel = 'province' | 'city' | 'county' | 'any'

/** One field of an entity, as the standard's table has it after our repairs. */
export interface Field {
  readonly code: string
  readonly nameZh: string
  readonly nameEn: string
  readonly kind: FieldKind
  /** SQL type in the source, with its length: `varchar(20)`, `decimal(15,4)`. JSON types follow `kind`, not this. */
  readonly sourceType: string
  readonly mandatory: boolean
  /** Mandatory only when another field says so; where that is known, the entity's `conditions` says when. */
  readonly conditional: boolean
  /** Most characters (code points) of a text. */
  readonly length?: number
  /** Most digits of a decimal, and how many of them after the point. */
  readonly precision?: number
  readonly scale?: number
  readonly dictionary?: string
  /** A dictionary that this text may name a code of, without being judged by it: the list of conduct, which is not complete. */
  readonly list?: string
  readonly privacy: Privacy
  /** Marks such as `length inferred`; empty when the sources state everything. */
  readonly provenance: readonly string[]
  readonly note?: string
  readonly check?: FieldCheck
  /** For `resident-id`: the field that says which kind of document it is. Absent: always a resident identity card. */
  readonly typeField?: string
  /** Literal values that pass the check as well: 其它 for bodies without a code. */
  readonly others?: readonly string[]
  /** How the value is compared when it is part of a key; the record keeps what was sent. */
  readonly keyForm?: 'document-number' | 'organisation-code'
  readonly level?: RegionLevel
  readonly unit?: '万元' | '元'
}

export type EntityGroup = 'enterprise' | 'person' | 'project' | 'conduct'

/** A condition on which fields must be there. `unless`: they must, but for these values; `with`: they must when that field is there. */
export type Condition =
  | {
      readonly kind: 'unless'
      readonly field: string
      readonly values: readonly string[]
      readonly require: readonly string[]
      readonly basis: string
    }
  | { readonly kind: 'with'; readonly field: string; readonly require: readonly string[]; readonly basis: string }

/**
 * Where a record of a table belongs: the first of the region fields that it has, else the region in the first six digits of its numbers, else who
 * reports it. See `data/rulings/places.json`.
 */
export interface EntityPlace {
  readonly region: readonly string[]
  readonly numbers: readonly string[]
  readonly reportedBy: readonly string[]
}

/** A developer who is a private person has a resident id in `field`; these fields of such a record have another privacy. */
export interface PrivatePerson {
  readonly field: string
  readonly privacy: Readonly<Record<string, Privacy>>
}

/** A table of the standard in one release. */
export interface Entity {
  readonly code: string
  /** Release id, such as `2018`. */
  readonly release: string
  readonly nameZh: string
  readonly nameEn: string
  readonly group: EntityGroup
  /** Version of the standard the table comes from, such as `2018 (with 2019 supplement)` or `reconstructed`. */
  readonly version: string
  readonly fields: readonly Field[]
  /** Business key; empty when records are keyed by the sender's `sourceId`. */
  readonly key: readonly string[]
  readonly conditions: readonly Condition[]
  /** Null for companies and persons, who are registered somewhere but belong to no place. */
  readonly place: EntityPlace | null
  readonly privatePerson?: PrivatePerson
  readonly confidence: string
  readonly sources: readonly string[]
  readonly provenance: readonly string[]
}

export interface DictionaryCode {
  readonly code: string
  readonly nameZh: string
  readonly nameEn: string
  readonly note?: string
  /** First and last day (YYYY-MM-DD) on which the code may be used; absent: no bound is known. Judged at the record's own date. */
  readonly validFrom?: string
  readonly validTo?: string
}

/** Where the rows of a dictionary come from when an official file has replaced those of the release. */
export interface DictionarySource {
  /** What the file is, in the words of whoever loaded it. */
  readonly title: string
  /** Document number, address, or another way to find it. */
  readonly reference?: string
  /** Day of the file (YYYY-MM-DD). */
  readonly date?: string
}

/** A code table as one release has it. In an open one the values held here are not all there are, so an unlisted code is only a warning. */
export interface Dictionary {
  readonly code: string
  readonly nameZh: string
  readonly nameEn: string
  readonly status: string
  readonly closed: boolean
  /** Every code of the official table is held. A complete table may still be open, where others have codes of their own. */
  readonly complete: boolean
  /** What is known to be missing. */
  readonly missing?: Words
  readonly source?: DictionarySource
  readonly codes: ReadonlyMap<string, DictionaryCode>
}

/** One code of a dictionary in the words of another. Codes that have no counterpart are absent. */
export interface DictionaryMapping {
  readonly from: string
  readonly to: string
  readonly codes: Readonly<Record<string, string>>
  readonly basis: string
}

export type DurationUnit = 'hour' | 'day' | 'month' | 'year'

export interface Duration {
  readonly amount: number
  readonly unit: DurationUnit
}

/**
 * A statutory period. `deadline`: what `until` names is due within `most` of `from`. `notice`: lasts `most`, and nobody may object after it.
 * `term`: lasts at least `least` and at most `most`. `permanent`: never ends.
 */
export interface Clock {
  readonly id: string
  readonly kind: 'deadline' | 'notice' | 'term' | 'permanent'
  /** Entity codes, or `*conduct` and the like for a group. */
  readonly entities: readonly string[]
  /** Events, such as `decision-in-force`, `published-provincial`, `received-national`. */
  readonly from: string
  readonly until: string
  readonly least?: Duration
  readonly most?: Duration
  readonly days: 'natural' | 'working'
  /** A last day that is none of the counted kind moves to the next that is. */
  readonly rollsOver: boolean
  readonly nameZh: string
  readonly nameEn: string
  readonly basis: string
  /** What in it no source states, and who decided. */
  readonly ruling?: string
}

/** A code outside GB/T 2260 that counts. `made-up` codes are refused with their successor as the fix. */
export interface RegisteredRegion {
  readonly code: string
  readonly nameZh: string
  readonly kind: 'zone' | 'corps' | 'made-up'
  readonly parent: string | null
  readonly successor?: string
  readonly validFrom?: string
  readonly validTo?: string
  readonly basis: string
}

/** What an abolished code has become. */
export interface RegionSuccession {
  readonly code: string
  readonly successor: string
  /** Last day (YYYY-MM-DD) of the old code, where a source states it; else the lists of the table say roughly when. */
  readonly validTo?: string
  readonly basis: string
}

/** The divisions a release counts on: a bulk table held by this build and named by its digest, and what the release says beyond it. */
export interface RegionRules {
  readonly table: { readonly digest: string; readonly lists: readonly string[] }
  /** Which codes may stand in fields of another level. */
  readonly levels: {
    /** A city without counties may repeat its own code as its county. */
    readonly cityAsCounty: boolean
    /** A municipality may stand as its own city. */
    readonly municipalityAsCity: boolean
    readonly basis: string
  }
  readonly succession: readonly RegionSuccession[]
  readonly registered: readonly RegisteredRegion[]
}

/**
 * Which date of a record counts when a code or a region is judged by its time: the first of `from` that the record has, each a field or
 * `number:` and the field of a project number, whose digits 7 to 12 are a date. The first rule that names the entity counts.
 */
export interface RecordDateRule {
  readonly judges: 'codes' | 'regions'
  /** Entity codes, or `*project` and the like for a group. */
  readonly entities: readonly string[]
  readonly from: readonly string[]
  readonly basis: string
}

/** Release ids are free text, such as `2018` or `2018-js`. */
export type ReleaseId = string

/** A release and which edition of it. The same id with a higher revision replaces the lower one. */
export interface ReleaseRef {
  readonly id: ReleaseId
  readonly revision: number
}

interface ReleaseHead extends ReleaseRef {
  readonly nameZh: string
  readonly nameEn: string
  /** The national release that this one extends; null for a national one. */
  readonly basedOn: ReleaseRef | null
  /** What the extension's own entities, dictionaries and fields begin with, such as `JS_`; null for a national one. */
  readonly prefix: string | null
  /** Region code of the authority that issues it; `000000`: the nation. */
  readonly issuer: string
  /** Instant from which it may be used (RFC 3339 with an offset); null: always. */
  readonly effectiveFrom: string | null
  /** What the release rests on, in words. */
  readonly basis: string
  /** The English of the bases in this release, by their Chinese text. */
  readonly basisEn?: Readonly<Record<string, string>>
  /** Values of the rules over several fields. */
  readonly rules: RuleValues
  readonly policy: PolicyDocument
  readonly clocks: readonly Clock[]
  readonly regions: RegionRules
  readonly recordDates: readonly RecordDateRule[]
  readonly mappings: readonly DictionaryMapping[]
  /** How its records and those of earlier releases are said in each other's words, for export. */
  readonly releaseMappings?: readonly ReleaseMapping[]
}

/** One release of the standard: everything a node judges by. */
export interface Release extends ReleaseHead {
  readonly entities: ReadonlyMap<string, Entity>
  readonly dictionaries: ReadonlyMap<string, Dictionary>
}

export type DictionaryDocument = Omit<Dictionary, 'codes'> & { readonly codes: readonly DictionaryCode[] }

/** The JSON form of a release: what is committed, signed, loaded and pulled. `signatures` stand beside it and are no part of its digest. */
export interface ReleaseDocument extends ReleaseHead {
  readonly entities: readonly Entity[]
  readonly dictionaries: readonly DictionaryDocument[]
  readonly signatures?: readonly unknown[]
}
