// SPDX-License-Identifier: Apache-2.0

/** The document could not be had. The message is for the operator; callers of the API are told less. */
export class DocumentFetchError extends Error {
  override readonly name = 'DocumentFetchError';
}

/**
 * Gets small JSON documents that others publish: an OIDC issuer's discovery document and its keys.
 *
 * Obligations of every adapter:
 * - `fetchJson` MUST reject with DocumentFetchError, within seconds, whatever the other side does: silence, trickling,
 *   redirects, endless or broken bodies.
 * - It MUST follow no redirect and send nothing of any caller's.
 * - A `stranger` address was chosen by somebody of an account: it MUST be https and MUST NOT reach this machine or its
 *   link-local neighbours (metadata services), by whatever name. An `operator` address stands in the server's own settings.
 */
export interface DocumentFetcher {
  fetchJson(url: string, chosenBy: 'stranger' | 'operator'): Promise<unknown>;
}

/**
 * Sends a form to an address and gets a small JSON document back: an OIDC issuer's token endpoint. Under the same
 * obligations; the form MUST reach no other address.
 */
export interface FormPoster {
  postForm(
    url: string,
    form: Readonly<Record<string, string>>,
    chosenBy: 'stranger' | 'operator',
  ): Promise<unknown>;
}
