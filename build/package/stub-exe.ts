import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import { STUB_TEXT } from './stub-text.ts';

/** American English with UTF-16 texts, as Electron's own resource has it. */
const LANGUAGE = { lang: 1033, codepage: 1200 };

/**
 * A Windows executable without a program in it: Windows refuses or ends it at once. What electron-builder edits is
 * there, a version resource in one language. `tail` is put behind the image.
 */
export function stubExe(tail: Buffer = Buffer.alloc(0)): Buffer {
  const executable = NtExecutable.createEmpty(false, false);
  const resources = NtExecutableResource.from(executable);
  const version = Resource.VersionInfo.createEmpty();
  version.lang = LANGUAGE.lang;
  version.setStringValues(LANGUAGE, { FileDescription: STUB_TEXT, ProductName: STUB_TEXT });
  version.setFileVersion('0.0.0.0');
  version.setProductVersion('0.0.0.0');
  version.outputToResourceEntries(resources.entries);
  resources.outputResource(executable);
  const text = Buffer.concat([Buffer.from(`${STUB_TEXT}\n`, 'latin1'), tail]);
  executable.setExtraData(new Uint8Array(text).buffer);
  return Buffer.from(executable.generate());
}
