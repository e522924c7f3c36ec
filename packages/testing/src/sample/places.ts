/** A county-level place of the sample with its codes (GB/T 2260, or a registered code outside it). Only the codes are real. */
export interface Place {
  readonly province: string
  readonly city: string
  readonly county: string
  /** How the sample writes it: always 示例, never the real name. */
  readonly name: string
}

const inCity = (city: string, county: string, name: string): Place => ({ province: `${city.slice(0, 2)}0000`, city, county, name })

/** Districts and counties of the sample city, 370100. */
export const cityPlaces = {
  centre: inCity('370100', '370102', '示例市中心区'),
  south: inCity('370100', '370103', '示例市南区'),
  west: inCity('370100', '370104', '示例市西区'),
  refusing: inCity('370100', '370105', '示例市北区'),
  late: inCity('370100', '370112', '示例市东区'),
  river: inCity('370100', '370113', '示例市河区'),
  hill: inCity('370100', '370114', '示例市山区'),
  merged: inCity('370100', '370116', '示例市并入区'),
  silent: inCity('370100', '370126', '示例县'),
  zone: inCity('370100', '370171', '示例市开发区'),
} as const

/** The enclave of `enclaveCounty`, looked after by the sample city. */
export const enclave = inCity('370900', '370911', '示例市飞地')

export const secondCity = inCity('370200', '370202', '示例二市一区')
export const secondCityOther = inCity('370200', '370203', '示例二市二区')
export const thirdCity = inCity('370300', '370302', '示例三市一区')

/** A district of a province-level city: its city code is the group of districts. */
export const metropolitan = inCity('120100', '120101', '示例直辖市一区')

/** Where the out-of-province contractor sits. */
export const elsewhere = inCity('320100', '320102', '示例外省市一区')

/** Region digits for company codes: the 99 of each city, which GB/T 2260 never assigned. */
export const unassignedRegion = (place: Place) => `${place.city.slice(0, 4)}99`
