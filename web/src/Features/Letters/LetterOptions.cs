using System.ComponentModel.DataAnnotations;

namespace GrantPortal.Web.Features.Letters;

/// <summary>Section <c>Letters</c> of the configuration.</summary>
public sealed class LetterOptions
{
    public const string Section = "Letters";

    /// <summary>In whose name letters are written (要綱 §5, §7).</summary>
    [Required]
    public string Issuer { get; set; } = "公益社団法人国民健康保険中央会 理事長";

    /// <summary>False: this instance prints no PDFs, others do.</summary>
    public bool Print { get; set; } = true;

    /// <summary>The Chromium that prints. Blank: the one on the PATH.</summary>
    public string? Chromium { get; set; }
}
