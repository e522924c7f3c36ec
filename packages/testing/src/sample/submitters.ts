/** Who submits: a business system with its node and grant. Names are what the console shows, so each says 示例 and 合成. */
export interface Submitter {
  readonly name: string
  readonly tier: 'municipal' | 'provincial' | 'national'
  readonly title: string
  readonly regions: readonly string[]
  readonly unit: string
  /** Sends on the last day of the month and in its middle, this many days after the event. */
  readonly lagDays: number
}

const submitter = (name: string, tier: Submitter['tier'], title: string, regions: readonly string[], lagDays = 2): Submitter => ({
  name,
  tier,
  title: `${title}（合成数据）`,
  regions,
  unit: `${title.replace(/(建设监管系统|企业人员库|监管系统)$/, '')}住房和城乡建设局（合成）`,
  lagDays,
})

/**
 * An enclave in a neighbouring city that the sample city looks after. Its own node has granted it to the city's system, but nobody has
 * asked the province to widen the node's grant: what comes from there is parked.
 */
export const enclaveCounty = '370911'

/**
 * A city of another province in which a department of the sample province awards together with its neighbours. The province has granted it,
 * the nation has not.
 */
export const otherProvince = '320100'

export const submitters = {
  city: submitter('370100-city', 'municipal', '示例市建设监管系统', ['370100', enclaveCounty]),
  south: submitter('370103-south', 'municipal', '示例市南区建设监管系统', ['370103']),
  north: submitter('370105-north', 'municipal', '示例市北区建设监管系统', ['370105']),
  east: submitter('370112-east', 'municipal', '示例市东区建设监管系统', ['370112'], 38),
  county: submitter('370126-county', 'municipal', '示例县建设监管系统', ['370126']),
  zone: submitter('370171-zone', 'municipal', '示例市开发区建设监管系统', ['370171']),
  registry: submitter('370000-registry', 'provincial', '示例省企业人员库', ['370000']),
  market: submitter('370000-market', 'provincial', '示例省市场监督监管系统', ['370000', otherProvince]),
  second: submitter('370200-city', 'provincial', '示例二市建设监管系统', ['370200']),
  third: submitter('370300-city', 'provincial', '示例三市建设监管系统', ['370300']),
  metropolitan: submitter('120101-district', 'national', '示例直辖市一区建设监管系统', ['120101']),
} as const

export type SubmitterKey = keyof typeof submitters
