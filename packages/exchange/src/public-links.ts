import { type Field, isCompanyCode, isFieldShown } from '@huijiao/standard'
import type { Hub } from './hub.ts'
import { listRecords, type ListedRecord, publicScope } from './public-record.ts'
import { describeFields, entityNames } from './record-fields.ts'
import { publicRecordId } from './record-id.ts'
import { linkedRecords, recordsThatAre, type Subject, subjectsOf } from './record-links.ts'
import { entityOf } from './search-reader.ts'
import { numberToken, searchTraits } from './search-traits.ts'

interface Words {
  readonly zh: string
  readonly en: string
}

/** A company that takes part in a project, in one of its roles, and who leads its work. */
export interface Party {
  readonly role: Words
  readonly name: string
  readonly code: string
  /** The company's own record, when it is here and shown. */
  readonly recordId: string | null
  readonly person: { readonly name: string; readonly recordId: string | null } | null
}

/** Tables that tell who takes part in a project, the one made for it first; lists of staff are not among them. */
const tellingTables = [
  'TBProjectCorpInfo',
  'TBProjectInfo',
  'TBTenderInfo',
  'TBProjectCensorInfo',
  'TBContractRecordManage',
  'TBBuilderLicenceManage',
  'TBProjectFinishManage',
]
const order = (entity: string): number => tellingTables.indexOf(entity)

/** How many linked records of each table are read to tell who takes part. */
const readMax = 100

/** Companies and leading persons of a project: from the project itself, its tenders, contracts, reviews, permits and its table of parties. */
export async function partiesOf(hub: Hub, project: Subject): Promise<Party[]> {
  const scope = publicScope(hub)
  const groups = await linkedRecords(hub, project, scope, readMax)
  const below = groups.filter((group) => group.direction === 'below' && order(group.entity) >= 0)
  const telling = await subjectsOf(
    hub,
    below.flatMap((group) => group.rows),
  )
  const subjects = [project, ...telling].toSorted((a, b) => order(a.row.entity) - order(b.row.entity))
  const found = subjects.flatMap((subject) => partiesIn(hub, subject))
  const known = await recordsThatAre(
    hub,
    [...new Set(found.flatMap((one) => [numberToken(one.code), ...(one.token === null ? [] : [one.token])]))],
    scope,
  )
  const idOf = (token: string | null) => {
    const subject = token === null ? undefined : known.get(token)
    return subject === undefined ? null : publicRecordId(subject.row.record_id)
  }
  const parties = new Map<string, Party>()
  for (const { role, name, code, personName, token } of found) {
    const party = {
      role,
      name,
      code,
      recordId: idOf(numberToken(code)),
      person: personName === '' ? null : { name: personName, recordId: idOf(token) },
    }
    const key = `${role.zh}/${numberToken(code)}/${personName}`
    const bare = `${role.zh}/${numberToken(code)}/`
    if (personName !== '' && parties.has(bare)) parties.delete(bare)
    if (!parties.has(key) && !(personName === '' && [...parties.keys()].some((one) => one.startsWith(bare)))) parties.set(key, party)
  }
  return [...parties.values()]
}

interface FoundParty extends Pick<Party, 'role' | 'name' | 'code'> {
  readonly personName: string
  /** Token of the leading person. */
  readonly token: string | null
}

function partiesIn(hub: Hub, { row, release, data }: Subject): FoundParty[] {
  const entity = entityOf(hub, release, row.entity)
  if (entity === undefined) return []
  const shown = (code: string) => isFieldShown(hub.policy(), entity, code, data) && typeof data[code] === 'string'
  const people = searchTraits(entity, data).refs.filter((ref) => ref.startsWith('person:'))
  const leader = ['PersonName', 'ConstructorName'].find(shown)
  const codes = entity.fields.filter(
    (field) =>
      shown(field.code) && isCompanyCode(data[field.code] as string) && data[nameField(field)] !== undefined && shown(nameField(field)),
  )
  return codes.map((field) => {
    // A tender's leader leads the winner's work, not the agency's.
    const leads = leader !== undefined && ['CorpCode', 'TenderCorpCode'].includes(field.code)
    return {
      role: roleOf(hub, release, row.entity, field, data),
      name: String(data[nameField(field)]),
      code: String(data[field.code]),
      personName: leads ? String(data[leader]) : '',
      token: leads && people.length === 1 ? (people[0] as string) : null,
    }
  })
}

const nameField = (field: Field): string => field.code.replace(/Code$/, 'Name')

function roleOf(hub: Hub, release: string, entity: string, field: Field, data: Subject['data']): Words {
  const told =
    data['CorpRoleNum'] === undefined ? undefined : describeFields(hub, release, entity, { CorpRoleNum: data['CorpRoleNum'] })[0]?.text
  if (told !== undefined && field.code === 'CorpCode') return told
  const zh = field.nameZh.replace(/(?:统一社会信用代码|组织机构代码)$/, '')
  if (zh === '所属企业' || zh === '所在单位' || zh === '企业') return entityNames(hub, entity)
  return { zh, en: field.nameEn.replace(/^(?:(?:Unified|USCC|Credit|Organisation)[^,]*?code of (?:the )?)/i, '') }
}

/** A project of a company or a person, and by which records they are in it. */
export interface ProjectOf {
  readonly project: ListedRecord
  readonly as: readonly Words[]
}

/** The projects in which a company or a person takes part. */
export async function projectsOf(hub: Hub, subject: Subject): Promise<ProjectOf[]> {
  const scope = publicScope(hub)
  const groups = await linkedRecords(hub, subject, scope, readMax)
  const telling = groups.filter((group) => group.direction === 'below' && order(group.entity) >= 0)
  const subjects = await subjectsOf(
    hub,
    telling.flatMap((group) => group.rows),
  )
  const roles = new Map<string, Map<string, Words>>()
  for (const one of subjects) {
    const number = one.data['PrjNum']
    if (typeof number !== 'string') continue
    const token = numberToken(number)
    const words = entityNames(hub, one.row.entity)
    roles.set(token, (roles.get(token) ?? new Map<string, Words>()).set(words.zh, words))
  }
  const known = await recordsThatAre(hub, [...roles.keys()], scope)
  const projects = [...known].filter(([, one]) => one.row.entity === 'TBProjectInfo')
  const shown = await listRecords(
    hub,
    projects.map(([, one]) => one.row),
    'public',
  )
  return projects.map(([token], at) => ({ project: shown[at] as ListedRecord, as: [...(roles.get(token)?.values() ?? [])] }))
}
