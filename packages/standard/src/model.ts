/** How a field may be shown: `open` to anybody, `named` by rule within a term and then erasable, `sealed` encrypted and masked. */
export type Privacy = 'open' | 'named' | 'sealed'

export type FieldKind = 'text' | 'code' | 'region' | 'decimal' | 'integer' | 'date' | 'instant' | 'attachment'

/** What a value must pass beyond its type. `company-code-or-other` also takes 其它/其他 and, for a private person, a resident id. */
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
  readonly privacy: Privacy
  /** Marks such as `length inferred`; empty when the sources state everything. */
  readonly provenance: readonly string[]
  readonly note?: string
  readonly check?: FieldCheck
  /** For `resident-id`: the field that says which kind of document it is. Absent: always a resident identity card. */
  readonly typeField?: string
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

/** A table of the standard in one release. */
export interface Entity {
  readonly code: string
  readonly release: ReleaseId
  readonly nameZh: string
  readonly nameEn: string
  readonly group: EntityGroup
  /** Version of the standard the table comes from, such as `2018 (with 2019 supplement)` or `reconstructed`. */
  readonly version: string
  readonly fields: readonly Field[]
  /** Business key; empty when records are keyed by the sender's `sourceId`. */
  readonly key: readonly string[]
  readonly conditions: readonly Condition[]
  readonly confidence: string
  readonly sources: readonly string[]
  readonly provenance: readonly string[]
}

export interface DictionaryCode {
  readonly code: string
  readonly nameZh: string
  readonly nameEn: string
  readonly note?: string
}

/** A code table as one release has it. In an open one the values held here are not all there are, so an unlisted code is only a warning. */
export interface Dictionary {
  readonly code: string
  readonly nameZh: string
  readonly nameEn: string
  readonly status: string
  readonly closed: boolean
  readonly codes: ReadonlyMap<string, DictionaryCode>
}

export type ReleaseId = '2014' | '2018'

/** One release of the standard: what a node judges by. */
export interface Release {
  readonly id: ReleaseId
  readonly entities: ReadonlyMap<string, Entity>
  readonly dictionaries: ReadonlyMap<string, Dictionary>
}

/** The committed JSON form of a release; what `loadRelease` reads. */
export interface ReleaseDocument {
  readonly id: ReleaseId
  readonly entities: readonly Entity[]
  readonly dictionaries: readonly (Omit<Dictionary, 'codes'> & { readonly codes: readonly DictionaryCode[] })[]
}
