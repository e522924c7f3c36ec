import { type Company, companiesOf, type CompanyKind } from './companies.ts'
import { personOf, type Person } from './people.ts'

export type StaffRole =
  | 'constructor'
  | 'supervisor'
  | 'architect'
  | 'structural'
  | 'geotechnical'
  | 'cost'
  | 'reviewer'
  | 'safetyA'
  | 'safetyB'
  | 'safetyC'
  | 'post'
  | 'trade'

/** One person's place in one company. */
export interface Staff {
  readonly person: Person
  readonly company: Company
  readonly role: StaffRole
  /** Number of the registration, certificate or card that goes with the role. */
  readonly certificate: string
  /** Which of the role's kinds: the registration type, the certificate type or the trade. */
  readonly kind: string
}

/** How many of each role a company of a kind has: about 400 persons in all. */
const teams: Readonly<Partial<Record<CompanyKind, readonly (readonly [role: StaffRole, count: number])[]>>> = {
  builder: [
    ['constructor', 3],
    ['safetyA', 1],
    ['safetyB', 1],
    ['safetyC', 1],
    ['post', 2],
    ['trade', 1],
  ],
  subcontractor: [['trade', 5]],
  supervision: [['supervisor', 3]],
  design: [
    ['architect', 1],
    ['structural', 1],
  ],
  survey: [['geotechnical', 1]],
  review: [['reviewer', 2]],
  cost: [['cost', 1]],
  general: [['constructor', 1]],
}

const kinds: Readonly<Record<StaffRole, readonly string[]>> = {
  constructor: ['81', '82'],
  supervisor: ['71'],
  architect: ['1'],
  structural: ['11'],
  geotechnical: ['21'],
  cost: ['91'],
  reviewer: ['11'],
  safetyA: ['021A'],
  safetyB: ['021B'],
  safetyC: ['021C'],
  post: ['0201', '0202', '0205', '0206', '0208', '0211'],
  trade: ['0312', '0313', '0302', '0303'],
}

const registered: ReadonlySet<StaffRole> = new Set([
  'constructor',
  'supervisor',
  'architect',
  'structural',
  'geotechnical',
  'cost',
  'reviewer',
])

export const isRegistered = (role: StaffRole) => registered.has(role)

/** Everybody who works in the sample, in the order of their running numbers. */
export function staffOf(companies: readonly Company[] = companiesOf()): Staff[] {
  const staff: Staff[] = []
  for (const company of companies) {
    for (const [role, count] of teams[company.kind] ?? []) {
      for (let at = 0; at < count; at += 1) {
        const serial = 1 + staff.length
        const of = kinds[role]
        staff.push({
          person: personOf(serial, company.place),
          company,
          role,
          kind: of[serial % of.length] as string,
          certificate: `SL${role.slice(0, 3).toUpperCase()}37${String(serial).padStart(6, '0')}`,
        })
      }
    }
  }
  return staff
}
