export {
  leafHash,
  type MerkleHash,
  nodeHash,
  rootFromInclusion,
  type TreeIndex,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'
export { consistencyProof, inclusionProof, MemoryTree, type SubtreeSource, treeRoot } from './tree.ts'
