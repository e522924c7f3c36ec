import { taught, type Teaching } from './teaching.ts'

/** Problems that only show beside other records. Their rule and basis come with each problem, from the rules of linkage. */
export const linkageTeachings = {
  'parent-never-came': taught(
    [
      '记录一直在等待它所引用的记录，期限已过而后者没有到达。',
      'The record waited for the one it refers to, and that did not come in time.',
    ],
    [
      '没有项目的合同、没有许可的竣工无法使用；期限使等待不会无限期。',
      'A contract without its project cannot be used; a deadline ends the wait.',
    ],
    '已入库的记录的编号',
  ),
  'reference-missing': taught(
    ['记录引用的另一条记录在本节点还没有。', 'Another record that this one refers to is not here yet.'],
    [
      '引用可能写错，也可能后者稍后才到；到达后此提示自行消除。',
      'The reference may be wrong, or the other record is still to come; the note goes when it is here.',
    ],
    '已入库的记录的编号',
  ),
  'reference-cycle': taught(
    ['几条记录互相引用，绕成一圈。', 'Several records refer to one another in a ring.'],
    ['先后关系不可能成环，至少有一处编号写错。', 'What comes before cannot also come after; at least one number is wrong.'],
    '不成环的引用',
  ),
  'manager-overlap': taught(
    ['同一人在同一时期是两个以上项目的负责人。', 'One person leads two or more works in the same time.'],
    [
      '同一人难以同时负责多个在建项目；也可能是人员变更没有报送，须核实。',
      'One person can hardly lead several works at once; or a change of person was not reported.',
    ],
    '同期只任一处',
  ),
  'finish-before-permit': taught(
    ['竣工日期早于施工许可的发放日期。', 'The works were finished before the permit was issued.'],
    [
      '多为日期填错；若属实则为未批先建，须核实。',
      'Mostly a wrong date; if true, it was built without a permit and has to be looked into.',
    ],
    '不早于施工许可的日期',
  ),
} as const satisfies Readonly<Record<string, Teaching>>
