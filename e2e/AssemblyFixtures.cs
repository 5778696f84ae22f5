using GrantPortal.E2E;

[assembly: AssemblyFixture(typeof(RunningPortal))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
