export { zarrBackend } from "./zarr-backend.ts";
