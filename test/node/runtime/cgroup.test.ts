import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runtimeMeasurements } from '../../../lib/node';
import { placesIn } from '../../../lib/node/runtime/places';
import { type ContainerLimits, readContainerLimits } from '../../../lib/node/runtime/sources/cgroup';
import { readAll, withRoot } from './roots';

const GIB = 1024 ** 3;
const V1 = 'sys/fs/cgroup';
const UNLIMITED_V1 = '9223372036854771712\n';

const CASES: [string, Record<string, string>, ContainerLimits][] = [
  [
    'version 2 inside a container',
    { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '150000 100000\n', 'sys/fs/cgroup/memory.max': `${GIB}\n` },
    { cores: 1.5, memory: GIB },
  ],
  [
    'version 2 without limits',
    { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': 'max 100000\n', 'sys/fs/cgroup/memory.max': 'max\n' },
    { cores: undefined, memory: undefined },
  ],
  [
    'version 2, nested: the smallest limit on the way to the root',
    {
      'proc/self/cgroup': '0::/kube.slice/pod 1/app\n',
      'sys/fs/cgroup/kube.slice/cpu.max': '400000 100000\n',
      'sys/fs/cgroup/kube.slice/memory.max': `${4 * GIB}\n`,
      'sys/fs/cgroup/kube.slice/pod 1/cpu.max': '50000 100000\n',
      'sys/fs/cgroup/kube.slice/pod 1/app/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/kube.slice/pod 1/app/memory.max': `${8 * GIB}\n`,
    },
    { cores: 0.5, memory: 4 * GIB },
  ],
  [
    'version 2, told by the path of the host, of which only the root is visible',
    { 'proc/self/cgroup': '0::/docker/1f2e\n', 'sys/fs/cgroup/cpu.max': '200000 100000\n', 'sys/fs/cgroup/memory.max': `${GIB}\n` },
    { cores: 2, memory: GIB },
  ],
  [
    'version 2, told as outside of the namespace',
    { 'proc/self/cgroup': '0::/../../../app\n', 'sys/fs/cgroup/app/cpu.max': '100000 50000\n', 'secret/cpu.max': '1 100000\n' },
    { cores: 2, memory: undefined },
  ],
  [
    'version 1',
    {
      'proc/self/cgroup': '12:memory:/docker/1f2e\n5:cpu,cpuacct:/docker/1f2e\n1:name=systemd:/docker/1f2e\n0::/system.slice\n',
      [`${V1}/cpu,cpuacct/docker/1f2e/cpu.cfs_quota_us`]: '250000\n',
      [`${V1}/cpu,cpuacct/docker/1f2e/cpu.cfs_period_us`]: '100000\n',
      [`${V1}/memory/docker/1f2e/memory.limit_in_bytes`]: `${GIB / 2}\n`,
      [`${V1}/memory/memory.limit_in_bytes`]: UNLIMITED_V1,
    },
    { cores: 2.5, memory: GIB / 2 },
  ],
  [
    'version 1 with a controller of its own, told by the path of the host',
    {
      'proc/self/cgroup': '2:cpu:/docker/1f2e\n4:memory:/docker/1f2e\n',
      [`${V1}/cpu/cpu.cfs_quota_us`]: '50000\n',
      [`${V1}/cpu/cpu.cfs_period_us`]: '100000\n',
      [`${V1}/memory/memory.limit_in_bytes`]: `${GIB}\n`,
    },
    { cores: 0.5, memory: GIB },
  ],
  [
    'version 1 without limits',
    {
      'proc/self/cgroup': '2:cpu:/\n4:memory:/\n',
      [`${V1}/cpu/cpu.cfs_quota_us`]: '-1\n',
      [`${V1}/cpu/cpu.cfs_period_us`]: '100000\n',
      [`${V1}/memory/memory.limit_in_bytes`]: UNLIMITED_V1,
    },
    { cores: undefined, memory: undefined },
  ],
  [
    'both versions at once',
    {
      'proc/self/cgroup': '4:memory:/app\n0::/app\n',
      [`${V1}/memory/app/memory.limit_in_bytes`]: `${2 * GIB}\n`,
      'sys/fs/cgroup/unified/app/memory.max': `${GIB}\n`,
      'sys/fs/cgroup/unified/app/cpu.max': '300000 100000\n',
    },
    { cores: 3, memory: GIB },
  ],
  ['no control groups', {}, { cores: undefined, memory: undefined }],
  [
    'files that hold something else',
    { 'proc/self/cgroup': '0::/\nnonsense\n::\n', 'sys/fs/cgroup/cpu.max': '-5 0\n', 'sys/fs/cgroup/memory.max': '0x10\n' },
    { cores: undefined, memory: undefined },
  ],
  [
    'a period of 0',
    { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '100 0\n', 'sys/fs/cgroup/memory.max': '0\n' },
    { cores: undefined, memory: undefined },
  ],
];
for (const [what, files, expected] of CASES) {
  test(`limits of ${what}`, () => withRoot(files, async (root) => assert.equal(await readContainerLimits(placesIn(root)), expected)));
}

test('the measurements of the process tell the limits of its container', async () => {
  const [, files] = CASES[0]!;
  await withRoot(files, async (root) => {
    const measurements = runtimeMeasurements({ root });
    const first = (await readAll(measurements)) as Record<string, Record<string, number>>;
    assert.is(first['process.cpu']!.limit, 1.5);
    assert.is(first['process.cpu']!.utilization, undefined);
    const { limit, usage, utilization } = first['process.memory']!;
    assert.is(limit, GIB);
    assert.is(utilization, usage! / GIB);
    // Some work, so that there is time between the readings.
    for (const end = performance.now() + 30; performance.now() < end; );
    const second = (await readAll(measurements)) as Record<string, Record<string, number>>;
    const share = second['process.cpu']!.utilization!;
    assert.ok(share > 0 && share <= 1, `${share}`);
  });
});

test('without limits the process has none: no key, and not 0', async () => {
  const [, files] = CASES[1]!;
  await withRoot(files, async (root) => {
    const read = (await readAll(runtimeMeasurements({ root }))) as Record<string, object>;
    assert.equal(Object.keys(read['process.cpu']!), ['time']);
    assert.equal(Object.keys(read['process.memory']!), ['usage', 'heap_used', 'heap_total', 'external']);
  });
});

test.run();
