export {
  createFileDurably,
  destroyFile,
  type FileContent,
  syncFolder,
  writeFileDurably,
  writeWhole,
} from './durable-files.ts'
