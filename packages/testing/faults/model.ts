import type { SentRecord } from './records.ts'

/**
 * What must be stored, told by the meanings of a stream in plain data. It uses nothing of the engine: the two must be able to disagree.
 */
export interface ModelVersion {
  readonly n: number
  readonly operation: 'upsert' | 'withdraw'
  /** The one value by which a version is known again; null for a withdrawal. */
  readonly content: string | null
  readonly sourceVersion: number | null
  readonly level: 'C' | 'D'
  /** `held` becomes `accepted` when the parent is there. */
  readonly fate: 'accepted' | 'superseded'
}

export interface ModelStream {
  /** `<node>/<participant>` */
  readonly stream: string
  readonly entity: string
  readonly number: string
  readonly sourceId: string
  recordId: string | null
  readonly versions: ModelVersion[]
  /** Of the head: what a later record is compared with. */
  sourceVersion: number | null
  head: ModelVersion | null
  /** An accepted upsert counts. */
  inForce: boolean
  /** Waits for its parent. */
  held: boolean
}

export type Outcome = 'accepted' | 'unchanged' | 'superseded' | 'held' | 'refused'

export interface Prediction {
  readonly outcome: Outcome
  /** The member that a refusal must name; null when it is not about a member. */
  readonly member: string | null
  readonly stream: ModelStream
}

export class Model {
  readonly streams = new Map<string, ModelStream>()

  streamOf(stream: string, record: SentRecord): ModelStream {
    const data = record.data ?? record.key ?? {}
    const number = String(data.RecordNum ?? data.PrjNum)
    const name = `${stream} ${record.entity} ${number}`
    let found = this.streams.get(name)
    if (found === undefined) {
      found = {
        ...{ stream, entity: record.entity, number, sourceId: record.sourceId, recordId: null, versions: [] },
        ...{ sourceVersion: null, head: null, inForce: false, held: false },
      }
      this.streams.set(name, found)
    }
    return found
  }

  /** What must become of a sound record, and what it leaves behind. Call it once, in the order in which the sender's records were stored. */
  apply(streamName: string, record: SentRecord): Prediction {
    const stream = this.streamOf(streamName, record)
    const { head } = stream
    const content = record.operation === 'withdraw' ? null : String(record.data?.AllInvest ?? record.data?.ContractMoney)
    const sourceVersion = record.sourceVersion ?? null
    const told = (outcome: Outcome): Prediction => ({ outcome, member: null, stream })
    const store = (fate: ModelVersion['fate']) => {
      const version: ModelVersion = {
        n: stream.versions.length + 1,
        operation: record.operation,
        content,
        sourceVersion,
        level: (record.data?.DataLevel as 'C' | 'D' | undefined) ?? 'C',
        fate,
      }
      stream.versions.push(version)
      if (fate === 'superseded') return
      stream.head = version
      stream.sourceVersion = sourceVersion
      stream.inForce = record.operation === 'upsert'
    }
    if (head !== null) {
      const same =
        head.operation === record.operation && head.content === content && head.level === ((record.data?.DataLevel as 'C' | 'D') ?? 'C')
      if (sourceVersion !== null && stream.sourceVersion !== null) {
        if (sourceVersion < stream.sourceVersion) {
          store('superseded')
          return told('superseded')
        }
        if (sourceVersion === stream.sourceVersion) return told(same ? 'unchanged' : 'refused')
      }
      if (same) return told('unchanged')
      if (record.operation === 'withdraw') {
        if (head.operation === 'withdraw') return told('unchanged')
        if (stream.inForce) return told('refused')
      }
    }
    const held = record.entity === 'TBContractRecordManage' && (stream.held || !this.parentIsThere(streamName, record))
    store('accepted')
    stream.held = held
    return told(held ? 'held' : 'accepted')
  }

  private parentIsThere(stream: string, record: SentRecord): boolean {
    const parent = this.streams.get(`${stream} TBProjectInfo ${String(record.data?.PrjNum)}`)
    return parent?.inForce === true
  }

  /** Children that have waited for this parent wait no longer, once it is stored; when exactly they are released, nobody says. */
  releaseChildren(stream: string, projectNo: string): void {
    const child = this.streams.get(`${stream} TBContractRecordManage ${projectNo}-HZ-001`)
    if (child !== undefined) child.held = false
  }
}

/** One version as a node above must have it. */
export interface ExpectedAbove {
  readonly n: number
  readonly operation: 'upsert' | 'no-longer-qualifies'
  readonly content: string | null
}

/** What the province must hold of a stream that entered at a city: all that was accepted; a key that was only ever withdrawn stays below. */
export function atProvince(stream: ModelStream): ExpectedAbove[] {
  return stream.versions
    .filter((version) => version.fate === 'accepted' && version.operation === 'upsert')
    .map(({ n, content }) => ({ n, operation: 'upsert' as const, content }))
}

/** What the nation must hold: what an authority has confirmed (level D is not), and an end for what it has shown and may show no longer. */
export function atNation(stream: ModelStream): ExpectedAbove[] {
  const list: ExpectedAbove[] = []
  let shown = false
  for (const version of stream.versions) {
    if (version.fate !== 'accepted' || version.operation !== 'upsert') continue
    if (version.level === 'D') {
      if (shown) list.push({ n: version.n, operation: 'no-longer-qualifies', content: null })
      shown = false
    } else {
      list.push({ n: version.n, operation: 'upsert', content: version.content })
      shown = true
    }
  }
  return list
}

/** What the platform of the provincial government must hold: of the city with two ways up the projects, under the rules by which the nation gets them. */
export function atPlatform(stream: ModelStream): ExpectedAbove[] {
  return stream.stream.startsWith('370100/') && stream.entity === 'TBProjectInfo' ? atNation(stream) : []
}
