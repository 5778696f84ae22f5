namespace GrantPortal.Web.Features.Demo;

/// <summary>Section <c>Demo</c> of the configuration.</summary>
public sealed class DemoOptions
{
    public const string Section = "Demo";

    /// <summary>Fictional accounts, applicants and institutions are made at the start, once. Never where real people apply.</summary>
    public bool Enabled { get; set; }
}
