import { birthOf, dashed, mobileOf, residentId } from './identifiers.ts'
import type { Place } from './places.ts'

/** A person who never lived: birth in the 1890s, 示例 in the name. */
export interface Person {
  readonly serial: number
  readonly name: string
  /** Document type, TBIDCARDTYPEDIC. */
  readonly documentType: string
  readonly document: string
  readonly sex: '1' | '2'
  readonly birthday: string
  readonly mobile: string
}

const surnames = [
  ...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳',
]
const givenNames = [...'安平宁和康泰恒远明达诚信义礼仁智勇毅刚强松柏梅兰竹菊江河湖海山川林森春夏秋冬晨曦星月云雨雪']

/** Names that break programs: a middle dot, characters beyond the Basic Multilingual Plane, a very short and a long one. */
const unusual: Readonly<Record<number, string>> = {
  7: '阿依示例·合成',
  23: '买合示例·吐尔示例·合成',
  41: '𠮷示例',
  58: '示例𬱖',
  77: '欧阳示例𡈽',
  101: '示例',
}

function documentOf(serial: number, place: Place): Pick<Person, 'documentType' | 'document' | 'sex'> {
  const sequence = 1 + (serial % 998)
  const sex = sequence % 2 === 1 ? '1' : '2'
  // Residence permits of Hong Kong, Macao and Taiwan residents have the form of a resident number with 81, 82, 83 in front.
  if (serial % 67 === 5)
    return { documentType: '1', document: residentId(['810000', '820000', '830000'][serial % 3] as string, birthOf(serial), sequence), sex }
  if (serial % 131 === 9) return { documentType: '3', document: `SL${String(serial).padStart(7, '0')}`, sex }
  return {
    documentType: '1',
    document: residentId(place.county.startsWith('3701') ? '370102' : place.county, birthOf(serial), sequence),
    sex,
  }
}

/** The person with a running number; the same number is always the same person. */
export function personOf(serial: number, place: Place): Person {
  const surname = surnames[serial % surnames.length] as string
  const given = givenNames[Math.floor(serial / surnames.length) % givenNames.length] as string
  return {
    serial,
    name: unusual[serial] ?? `${surname}示例${given}`,
    ...documentOf(serial, place),
    birthday: dashed(birthOf(serial)),
    mobile: mobileOf(serial),
  }
}
