export {
  leafHash,
  type MerkleHash,
  nodeHash,
  type TreeIndex,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'
export { consistencyProof, inclusionProof, MemoryTree, type SubtreeSource, treeRoot } from './tree.ts'
