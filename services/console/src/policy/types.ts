/** What `GET /admin/v1/policy` answers, as far as the page shows it. */
export interface PolicyShown {
  /** `<id>@<version>` */
  readonly inForce: string
  readonly document: {
    readonly id: string
    readonly version: number
    readonly about?: string
    readonly steps: readonly {
      readonly entities: readonly string[]
      readonly onChange: 'update' | 'case'
      readonly withdraw: 'until-in-force' | 'never'
      readonly initialState: 'accepted' | 'pending_review'
      readonly basis: string
    }[]
    readonly publication?: object
  }
  readonly publication: {
    readonly shown: readonly { readonly entities: readonly string[]; readonly basis: string }[]
    readonly dated: readonly string[]
    readonly datedBasis?: string
    readonly searched: readonly string[]
    readonly searchedBasis?: string
    readonly wholeName: readonly string[]
    readonly wholeNameBasis?: string
    readonly withheld: readonly { readonly entities: readonly string[]; readonly fields: readonly string[]; readonly basis: string }[]
    readonly privateDevelopers?: { readonly basis: string }
    /** The English of its bases, by their Chinese text. */
    readonly basisEn?: Readonly<Record<string, string>>
  }
  readonly loaded: readonly { readonly policyId: string; readonly loadedAt: string; readonly inForceFrom: number | null }[]
}
