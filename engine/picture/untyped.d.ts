declare module "omggif" {
  export class GifReader {
    constructor(bytes: Uint8Array);
    width: number;
    height: number;
    decodeAndBlitFrameRGBA(frame: number, pixels: Uint8Array): void;
  }
  export class GifWriter {
    constructor(bytes: Uint8Array, width: number, height: number, options: { palette: number[] });
    addFrame(x: number, y: number, width: number, height: number, pixels: number[]): number;
    end(): number;
  }
}

declare module "heic-decode" {
  type Picture = {
    width: number;
    height: number;
    decode(): Promise<{ width: number; height: number; data: Uint8ClampedArray }>;
  };
  const heic: { all(input: { buffer: Uint8Array }): Promise<Picture[] & { dispose(): void }> };
  export default heic;
}
