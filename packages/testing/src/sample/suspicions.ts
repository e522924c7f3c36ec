import type { Calendar } from './days.ts'
import type { Project } from './projects.ts'

export interface Suspicions {
  readonly projects: Project[]
  /** Indexes of the projects in each planted story, for tests and for the console's later screens. */
  readonly stories: Readonly<
    Record<
      'three-sites' | 'finish-before-permit' | 'yuan-for-ten-thousand' | 'two-numbers' | 'private-developer' | 'special-body' | 'old-code',
      readonly number[]
    >
  >
}

/** Plants what a supervisor should find: each a pattern in records that are well formed one by one. */
export function plantSuspicions(projects: readonly Project[], calendar: Calendar): Suspicions {
  const planted = [...projects]
  const used = new Set<number>()
  const take = (count: number, fits: (project: Project) => boolean) => {
    const found = planted.filter((project) => !used.has(project.index) && fits(project)).slice(0, count)
    if (found.length < count) throw new Error('the sample has too few projects for a planted story')
    for (const project of found) used.add(project.index)
    return found
  }
  const change = (project: Project, to: Partial<Project>) => (planted[project.index] = { ...project, ...to })

  // One project manager on three sites at once.
  const sites = take(
    3,
    (project) => project.reached === 5 && project.release === '2018' && project.submitter === 'city' && project.sections === 1,
  )
  for (const project of sites.slice(1))
    change(project, {
      team: { ...project.team, builders: sites[0]?.team.builders ?? [], manager: sites[0]?.team.manager ?? project.team.manager },
    })
  // Finished before the permit was issued.
  const early = take(1, (project) => project.reached === 6 && project.submitter === 'city')
  for (const project of early) change(project, { days: { ...project.days, permit: project.days.finish + 9 } })
  // 元 written where the table asks for 万元.
  const yuan = take(1, (project) => project.reached === 1 && project.submitter === 'city')
  for (const project of yuan) change(project, { invest: project.invest * 10_000 })
  // One project under two numbers: same name, place, developer, size.
  const [original] = take(1, (project) => project.reached <= 2 && project.submitter === 'city')
  const [twin] = take(1, (project) => project.reached <= 2 && project.place === original?.place)
  if (original && twin)
    change(twin, {
      name: original.name,
      developer: original.developer,
      invest: original.invest,
      area: original.area,
      length: original.length,
      type: original.type,
      use: original.use,
      number: `${twin.number.slice(0, 12)}${original.type}9${twin.number.slice(15)}`,
    })
  // A special body without a code, and a private person as developer.
  const special = take(2, (project) => project.release === '2018' && project.submitter === 'city' && project.reached < 3)
  for (const project of special)
    change(project, { developer: { ...project.developer, code: '其它', name: `示例村民委员会${project.index}（合成）` } })
  const homes = take(
    1,
    (project) => project.release === '2018' && project.submitter === 'city' && project.type === '01' && project.reached < 3,
  )
  for (const project of homes)
    change(project, {
      developer: { ...project.developer, code: project.developer.legal.document, name: project.developer.legal.name },
      area: 300,
      invest: 60,
    })
  // Numbers given by a district that later changed its code: 371202 became 370116.
  const old = take(2, (project) => project.place.county === '370116' && project.reached === 6)
  for (const [at, project] of old.entries()) {
    const start = calendar.dayOf(`2018-0${3 + at}-12`)
    const days = { project: start, tender: start + 20, contract: start + 35, review: start + 40, permit: start + 60, finish: start + 700 }
    change(project, { number: `37120218${at === 0 ? '0312' : '0412'}${project.type}01`, source: '3', permitForm: 'sx', days })
  }
  const indexes = (found: readonly (Project | undefined)[]) => found.flatMap((project) => (project ? [project.index] : []))
  return {
    projects: planted,
    stories: {
      'three-sites': indexes(sites),
      'finish-before-permit': indexes(early),
      'yuan-for-ten-thousand': indexes(yuan),
      'two-numbers': indexes([original, twin]),
      'special-body': indexes(special),
      'private-developer': indexes(homes),
      'old-code': indexes(old),
    },
  }
}
