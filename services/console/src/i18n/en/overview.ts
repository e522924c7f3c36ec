export default { title: 'Overview', node: 'This node', region: 'Region', tier: 'Tier', time: 'Time of the node' } as const
