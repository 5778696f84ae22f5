using GrantPortal.Testing;

[assembly: AssemblyFixture(typeof(PortalServices))]
