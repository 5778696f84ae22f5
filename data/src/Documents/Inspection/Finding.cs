namespace GrantPortal.Data.Documents.Inspection;

/// <summary>What looking into a file found.</summary>
public abstract record Finding
{
    private Finding()
    {
    }

    /// <param name="Pages">Of a PDF.</param>
    /// <param name="Shown">Path of what is shown instead of an image: upright and without what its camera wrote into it; null: the file itself.</param>
    public sealed record Sound(int? Pages = null, string? Shown = null) : Finding;

    /// <param name="Words">To the applicant.</param>
    public sealed record Unusable(string Words) : Finding;
}
