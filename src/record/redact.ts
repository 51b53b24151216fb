// SPDX-License-Identifier: Apache-2.0

/** What AWS writes where a value must not be shown. */
export const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
/** EC2's own words for the same. */
const removed = '<sensitiveDataRemoved>';

/** `show` the value, `omit` the member, write another text in its place, or show the text without a part of it. */
export type Treatment =
  | { readonly show: true }
  | { readonly omit: true }
  | { readonly text: string }
  | { readonly masked: (text: string) => string };

const show: Treatment = { show: true };
const omit: Treatment = { omit: true };
const hide: Treatment = { text: hidden };
const remove: Treatment = { text: removed };
const mask: Treatment = { text: '****' };
const hidePassword: Treatment = { masked: withoutPassword };

type Members = ReadonlyMap<string, Treatment>;

const mailText = members({
  toaddresses: hide,
  ccaddresses: hide,
  bccaddresses: hide,
  data: hide,
  rawmessage: hide,
  templatedata: hide,
});
const queueMessage = members({ messagebody: hide, messageattributes: hide, body: hide });

/**
 * Members by service, or service and operation (which goes first), in lower case; they count at any depth of input
 * and output. From recorded events where there are any; the rest from the services' CloudTrail pages.
 */
const membersByCall: ReadonlyMap<string, Members> = new Map(
  Object.entries({
    // AWS leaves these out of the record; sAMLAssertionID and the like stay.
    sts: members({
      secretaccesskey: omit,
      tokencode: omit,
      samlassertion: omit,
      webidentitytoken: omit,
      subjectfromwebidentitytoken: show,
    }),
    iam: members({
      password: omit,
      oldpassword: omit,
      newpassword: omit,
      secretaccesskey: omit,
      privatekey: omit,
      authenticationcode1: omit,
      authenticationcode2: omit,
      base32stringseed: omit,
      qrcodepng: omit,
      servicecredentialsecret: hide,
    }),
    kms: members({
      plaintext: omit,
      ciphertextblob: omit,
      message: omit,
      privatekeyplaintext: omit,
      privatekeyciphertextblob: omit,
      encryptedkeymaterial: omit,
      importtoken: omit,
      sharedsecret: omit,
      mac: omit,
      signature: omit,
    }),
    // As AWS's examples show: addresses and names of accounts are masked, ids, notes and parties are not.
    organizations: members({
      email: mask,
      accountname: mask,
      id: show,
      notes: show,
      value: show,
      targetid: show,
    }),
    secretsmanager: members({ secretstring: omit, secretbinary: omit }),
    'ssm.PutParameter': members({ value: hide }),
    'ssm.SendCommand': members({ parameters: hide }),
    'sns.Publish': members({ message: hide, subject: hide, messageattributes: hide }),
    'sns.PublishBatch': members({ message: hide, subject: hide, messageattributes: hide }),
    'sns.Subscribe': members({ endpoint: hidePassword }),
    'sns.ConfirmSubscription': members({ token: hide }),
    'sqs.SendMessage': queueMessage,
    'sqs.SendMessageBatch': queueMessage,
    'sqs.ReceiveMessage': queueMessage,
    lambda: members({ zipfile: omit, variables: omit, payload: omit }),
    // The events become records of their own; their text in the request would only be a copy.
    'cloudtrail-data.PutAuditEvents': members({ eventdata: omit }),
    'events.PutEvents': members({ detail: hide }),
    'logs.PutLogEvents': members({ logevents: omit }),
    ses: mailText,
    email: mailText,
    'rolesanywhere.CreateProfile': members({ key: hide, value: hide }),
    'rolesanywhere.CreateTrustAnchor': members({ key: hide, value: hide }),
    ec2: members({ userdata: remove, keymaterial: remove }),
    s3: members({
      ssecustomerkey: omit,
      copysourcessecustomerkey: omit,
      // Marked sensitive in the model, shown in records (`x-amz-server-side-encryption-aws-kms-key-id`).
      ssekmskeyid: show,
      ssekmsencryptioncontext: show,
      kmsmasterkeyid: show,
      keyid: show,
    }),
  }),
);

/**
 * Endings of names that mean a secret in any service, so that an API that nobody looked at cannot leak one.
 * Names that only begin like one (PasswordResetRequired, TokenType) are not meant.
 */
const secretEndings =
  /(?:password|passwd|passphrase|passcode|secretaccesskey|secretkey|secretstring|secretbinary|secretvalue|clientsecret|sharedsecret|apisecret|appsecret|sessiontoken|securitytoken|accesstoken|refreshtoken|idtoken|authtoken|authorizationtoken|authenticationtoken|bearertoken|oauthtoken|plaintext|plaintextblob|privatekey|privatekeymaterial|keymaterial|samlassertion|webidentitytoken|tokencode|authenticationcode\d?|customerkey|apikeyvalue|credentialsecret|^secret)$/;

function isSecretName(lowerName: string): boolean {
  return secretEndings.test(lowerName);
}

/** The redactions of one call: resolved once, then asked for every member of its input and output. */
export class Redaction {
  readonly #operation: Members | undefined;
  readonly #service: Members | undefined;
  readonly #isSensitive: ((name: string) => boolean) | undefined;

  /** `isSensitive` may name further members (by the model's name), e.g. by a model's `sensitive` trait. */
  constructor(service: string, operation: string, isSensitive?: (name: string) => boolean) {
    this.#operation = membersByCall.get(`${service}.${operation}`);
    this.#service = membersByCall.get(service);
    this.#isSensitive = isSensitive;
  }

  /** What happens to a member; `sensitive` is the model's trait of that name, where a model is known. */
  of(name: string, sensitive: boolean): Treatment {
    const lower = name.toLowerCase();
    const known = this.#operation?.get(lower) ?? this.#service?.get(lower);
    if (known !== undefined) return known;
    if (isSecretName(lower)) return lower.endsWith('secretaccesskey') ? omit : hide;
    return sensitive || this.#isSensitive?.(name) === true ? hide : show;
  }
}

/**
 * `https://user:****@example.com/`. What is no URL, or is one of another form, may have a password in it all the same.
 * No regular expression over all of it: nobody has looked at its length yet.
 */
function withoutPassword(text: string): string {
  const isUrl = URL.canParse(text);
  if (isUrl && new URL(text).password === '') return text;
  const start = /^(?:[a-z][a-z0-9+.-]{0,31}:)?[\\/]*/i.exec(text)?.[0].length ?? 0;
  const authority = isUrl ? (/^[^\\/?#]*/.exec(text.slice(start))?.[0].length ?? 0) : text.length;
  const colon = text.indexOf(':', start);
  const at = text.lastIndexOf('@', start + authority);
  return colon < 0 || at < colon ? text : `${text.slice(0, colon)}:****${text.slice(at)}`;
}

function members(treatments: Readonly<Record<string, Treatment>>): Members {
  return new Map(Object.entries(treatments));
}
