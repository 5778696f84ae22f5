using FsCheck.Fluent;

namespace GrantPortal.Domain.Tests;

/// <summary>Normalisation of typed text.</summary>
public class TextTests
{
    [Theory]
    [InlineData(" ＡＢＣ１２３　", "ABC123")]
    [InlineData("ｶﾞｰﾃﾞﾝ", "ガーデン")]
    [InlineData(null, "")]
    [InlineData("\U0001F600", "\U0001F600")]
    public void Narrowing_makes_one_width_of_text(string? text, string narrow) => Assert.Equal(narrow, JapaneseText.Narrow(text));

    // Not a theory: attributes cannot hold lone surrogates.
    [Fact]
    public void Narrowing_survives_ill_formed_text()
    {
        Assert.Equal("a\ufffdb", JapaneseText.Narrow("a\ud800b"));
        Assert.Equal("\ufffd\ufffdア", JapaneseText.Narrow("\udc00\ud800ｱ"));
        Assert.Equal("ア\ufffd", JapaneseText.Narrow("ｱ\ufffe"));
        Assert.Equal("\U0001F600\ufffd", JapaneseText.Narrow("\U0001F600\ud83d"));
    }

    // Normalising takes time quadratic in the length of a run of marks.
    [Fact]
    public void A_run_of_marks_is_cut_at_thirty()
    {
        Assert.Equal(10 * (1 + 30), JapaneseText.Narrow(string.Concat(Enumerable.Repeat("x" + new string('\u0316', 50), 10))).Length);
        Assert.InRange(JapaneseText.Narrow(string.Concat(Enumerable.Repeat("ﾞ\u0316", 1000))).Length, 0, 30);
        Assert.Equal(1 + 30, JapaneseText.Narrow("x" + new string('\u0316', 40)).Length);
        Assert.Equal("が", JapaneseText.Narrow("か\u3099"));
    }

    [Theory]
    [InlineData("１２－３４ー５６‐７８−９", "123456789")]
    [InlineData("2a", "2A")]
    [InlineData(" a b ", "AB")]
    public void A_code_has_no_spaces_hyphens_or_small_letters(string text, string code) => Assert.Equal(code, JapaneseText.Code(text));

    [Theory]
    [InlineData("  a \r\n\t b　c ", "a b c")]
    [InlineData(null, "")]
    public void A_line_has_single_spaces(string? text, string line) => Assert.Equal(line, JapaneseText.Line(text));

    [Theory]
    [InlineData("かいご　（かぶ", "カイゴ (カブ")]
    [InlineData("ﾐﾄﾞﾘ･abc", "ミドリ.ABC")]
    [InlineData("カ－ド−Ａ", "カ-ド-A")]
    public void An_account_holder_is_in_katakana_and_capitals(string typed, string holder) => Assert.Equal(holder, JapaneseText.AccountHolder(typed));

    [Theory]
    [InlineData("みどり 介護", "ミドリ介護")]
    [InlineData("ﾐﾄﾞﾘ　介護", "みどり介護")]
    [InlineData("Ａｂｃ", "aBC")]
    [InlineData("カ゛ーデン", "ガーデン")]
    public void Searching_ignores_width_case_kana_and_spaces(string one, string other) => Assert.Equal(JapaneseText.SearchKey(one), JapaneseText.SearchKey(other));

    [Theory]
    [InlineData("みどり\U0001F600", false, true)]
    [InlineData("", false, true)]
    [InlineData("a\nb\tc", true, true)]
    [InlineData("a\nb", false, false)]
    [InlineData("a\r\nb", true, false)]
    [InlineData("a\0", true, false)]
    [InlineData("a\u0085", true, false)]
    [InlineData("\uffff", false, false)]
    public void Writable_text_has_no_controls(string text, bool lines, bool writable) => Assert.Equal(writable, JapaneseText.IsWritable(text, lines));

    [Fact]
    public void Writable_text_is_well_formed() => Assert.All(
        new[] { "\ud83d", "\ude00\ud83d", "a\ud83d", "\ude00a" }, text => Assert.False(JapaneseText.IsWritable(text)));

    public static TheoryData<string> Normalisations() => ["Narrow", "Code", "Line", "AccountHolder", "SearchKey"];

    [Theory]
    [MemberData(nameof(Normalisations))]
    public void Normalising_twice_is_normalising_once(string name)
    {
        var normalise = Normalisation(name);
        Properties.Hold(Gen.OneOf(Properties.TypedText, Properties.HostileText), text => normalise(normalise(text)) == normalise(text), 5000);
    }

    [Theory]
    [MemberData(nameof(Normalisations))]
    public void Every_character_before_a_mark_a_hyphen_or_a_space_is_normalised_once_and_for_all(string name)
    {
        var normalise = Normalisation(name);
        for (var c = 0; c <= 0xFFFF; c++)
            foreach (var tail in new[] { "", "\u3099", "-\u0301", " \u3099" })
            {
                var once = normalise((char)c + tail);
                if (normalise(once) != once) Assert.Fail($"{name} of U+{c:X4} with {tail}: {once} becomes {normalise(once)}");
            }
    }

    private static Func<string?, string> Normalisation(string name) => name switch
    {
        "Narrow" => JapaneseText.Narrow,
        "Code" => JapaneseText.Code,
        "Line" => JapaneseText.Line,
        "AccountHolder" => JapaneseText.AccountHolder,
        _ => JapaneseText.SearchKey,
    };
}
