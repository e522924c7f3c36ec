export default { title: '总览', node: '本节点', region: '行政区划', tier: '层级', time: '节点时间' } as const
