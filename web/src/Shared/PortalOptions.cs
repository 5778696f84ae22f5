using System.ComponentModel.DataAnnotations;

namespace GrantPortal.Web.Shared;

/// <summary>What an operator says about the portal itself: section <c>Portal</c> of the configuration. Shown on every page and in every mail.</summary>
public sealed class PortalOptions
{
    public const string Section = "Portal";

    [Required]
    public string Name { get; set; } = "介護情報基盤 助成金ポータル";

    /// <summary>お問い合わせ窓口.</summary>
    [Required]
    public string ContactDesk { get; set; } = "介護情報基盤 助成金お問い合わせ窓口";

    [Required]
    public string ContactPhone { get; set; } = "0120-000-000";

    /// <summary>When the telephone is answered.</summary>
    public string ContactHours { get; set; } = "平日 9:00～17:00";

    [Required]
    public string ContactMail { get; set; } = "support@example.jp";

    /// <summary>The privacy notice: the portal's own page unless the operator has another.</summary>
    [Required]
    public string PrivacyUrl { get; set; } = "/privacy";

    /// <summary>How people reach the portal: links in mails begin with it. https, except on the loopback addresses.</summary>
    [Required]
    public Uri PublicUrl { get; set; } = new("http://localhost:8080");
}
