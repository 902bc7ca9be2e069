/** An operating system and CPU, `linux/amd64` (OCI image-spec, image-index.md#platform). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}
