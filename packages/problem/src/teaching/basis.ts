/** The English of the bases that have Chinese words in them; the others are the same in both languages. */
export const teachingBasisEn: Readonly<Record<string, string>> = {
  'GB/T 22239—2019 8.1.4.1 身份鉴别': 'GB/T 22239—2019 8.1.4.1 (identification and authentication)',
  '建市函〔2007〕337号 一（用户名、密码和验证码）；WCAG 2.2 §3.3.8':
    '建市函〔2007〕337号, part 1 (user name, password and captcha); WCAG 2.2 §3.3.8',
  '接口约定 /openapi.json': 'The interface as described at /openapi.json',
  '项目裁定：按项目或行为所在地授权': 'Project ruling: granted by the place of the project or of the conduct',
  '2018 版标准 TBDATALEVELDIC [WX20]': 'Standard of 2018, TBDATALEVELDIC [WX20]',
  '项目裁定：下级节点只转报辖区内来源': 'Project ruling: a lower node passes on sources of its own region only',
  '项目裁定：流内版本的次序': 'Project ruling: the order of versions in a stream',
  'RFC 6962；docs/protocol.md §5、§13': 'RFC 6962; docs/protocol.md §5, §13',
  '数据标准 业务主键': 'The data standard: business keys',
  '节点政策 policy.attachments': 'The node’s policy, policy.attachments',
  '节点政策 policy.numbers': 'The node’s policy, policy.numbers',
  '项目裁定：文件报送': 'Project ruling on files',
  'XML 1.0 §2.8；OWASP XXE': 'XML 1.0 §2.8; OWASP XXE',
  '数据标准：编号、代码是文本': 'The data standard: numbers of things and codes are text',
}
