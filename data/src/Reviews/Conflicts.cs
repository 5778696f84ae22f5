namespace GrantPortal.Data.Reviews;

/// <summary>利害関係: whoever declared one does not see the case.</summary>
public static class Conflicts
{
    /// <summary>A condition on applications, beginning with <c>and</c>; what the person declared is read once per query.</summary>
    /// <param name="alias">Of applications.</param>
    /// <param name="person">A parameter.</param>
    public static string Without(string alias, string person) =>
        $"and {alias}.number <> all ((select conflict_numbers({person}))::text[]) and {alias}.applicant_id <> all ((select conflict_applicants({person}))::uuid[])";
}
