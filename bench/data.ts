/**
 * Synthetic projects of release 2018, about 1.2 KB of JSON each, the same for the same `from` and `variant`. Every number is of its own, so a
 * stream of them is all new records; another `variant` changes one field of each.
 */
export function projectLine(sequence: number, variant = 0): string {
  const day = new Date(Date.UTC(2000, 0, 1 + Math.floor(sequence / 99))).toISOString()
  const number = `370102${day.slice(2, 10).replaceAll('-', '')}01${String((sequence % 99) + 1).padStart(2, '0')}`
  return JSON.stringify({
    entity: 'TBProjectInfo',
    operation: 'upsert',
    sourceId: `B-${sequence}`,
    enteredBy: 'u2048',
    data: {
      PrjCode: `2000-370102-47-01-${String(sequence).padStart(6, '0')}`,
      PrjNum: number,
      PrjName: `示例花园住宅小区第 ${sequence} 期工程（合成数据，用于测量）`,
      PrjTypeNum: '01',
      ProvinceNum: '370000',
      CityNum: '370100',
      CountyNum: '370102',
      Address: `示例市示例区示例大道 ${sequence} 号（合成）`,
      LocationX: '117.0000000',
      LocationY: '36.6500000',
      PrjApprovalNum: `示发改审〔2000〕${sequence} 号`,
      PrjApprovalLevelNum: '003',
      PrjApprovalDepart: '示例市发展和改革委员会（合成）',
      PrjApprovalDate: '1999-11-11',
      BuildCorpName: '示例置业有限公司（合成）',
      BuildCorpCode: '91370199MA00DEM14Q',
      BuildPlanNum: `地字第 370102200${sequence} 号`,
      ProjectPlanNum: `建字第 370102200${sequence} 号`,
      InvPropertyNum: '103',
      FundSource: '自筹资金与银行贷款',
      NationalPercentTage: '0',
      AllInvest: `${18_600 + (sequence % 1000) + variant}.5`,
      AllArea: '125000.25',
      PrjSize: '总建筑面积十二万五千平方米，地上十八层，地下二层，框架剪力墙结构，含人防工程与地下车库（合成）',
      PrjPropertyNum: '001',
      PrjFunctionNum: '100',
      IsMajor: '0',
      BeginDete: '2000-03-01',
      EndDate: '2002-09-30',
      CheckDepartName: '示例市住房和城乡建设局（合成）',
      CheckPersonName: '李示例',
      DataSource: '1',
      DataLevel: 'C',
    },
  })
}

/** The same record with a region that is not a division, which refuses it. */
const spoilt = (line: string) => line.replace('"CountyNum":"370102"', '"CountyNum":"370999"')

export const envelopeOf = (id: string) => ({
  id,
  standard: '2018',
  responsible: { unit: '示例市住房和城乡建设局（合成）', name: '王示例' },
})

/** An NDJSON submission of `count` projects, every tenth of which is refused. */
export function partlyBadBody(id: string, from: number, count: number): Buffer {
  const lines = Array.from({ length: count }, (_, at) => (at % 10 === 9 ? spoilt(projectLine(from + at)) : projectLine(from + at)))
  return Buffer.from([JSON.stringify(envelopeOf(id)), ...lines, ''].join('\n'))
}

/** A JSON submission of `count` projects. */
export function jsonBody(id: string, from: number, count: number): Buffer {
  const records = Array.from({ length: count }, (_, at) => JSON.parse(projectLine(from + at)) as object)
  return Buffer.from(JSON.stringify({ ...envelopeOf(id), records }))
}

/** An NDJSON submission of `count` projects. */
export function submissionBody(id: string, from: number, count: number, variant = 0): Buffer {
  const envelope = JSON.stringify(envelopeOf(id))
  const lines = Array.from({ length: count }, (_, at) => projectLine(from + at, variant))
  return Buffer.from([envelope, ...lines, ''].join('\n'))
}
