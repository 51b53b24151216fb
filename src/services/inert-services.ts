// SPDX-License-Identifier: Apache-2.0
import { createServices, type ServicesDependencies } from './all-services.js';
import type { Service } from './service.js';

/** The services as they are served, to be looked at, not called: whoever uses a dependency of theirs is told so. */
export async function inertServices(): Promise<readonly Service[]> {
  const inert = new Proxy({}, { get: (_, name) => () => unusable(String(name)), ownKeys: () => [] });
  const served = createServices({
    cloudtrail: inert,
    cloudtrailData: inert,
    athena: inert,
    s3: inert,
    kms: inert,
    sns: inert,
    logs: inert,
    iam: inert,
    sts: inert,
    organizations: inert,
  } as ServicesDependencies);
  return Promise.all(served.map((service) => service.load()));
}

function unusable(name: string): never {
  throw new Error(`${name} was used of services that are only listed`);
}
