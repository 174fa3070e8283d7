//! Prompt lookup: a reply that repeats what stands in the context goes on as it did there.
//! Pure; whether the guess is right is for the model to say.
//!
//! The idea: <https://github.com/apoorvumang/prompt-lookup-decoding>.

use std::collections::HashMap;
use std::hash::Hash;

/// So many tokens must be the same before what followed them is proposed again. Fewer
/// happen by chance, and a wrong guess costs time.
const MATCH: usize = 4;

/// The places of every run of [`MATCH`] tokens in a text that grows.
#[derive(Debug)]
pub(super) struct Lookup<T> {
    tokens: Vec<T>,
    /// Where the last run of each kind ends.
    ends: HashMap<[T; MATCH], usize>,
    /// How many tokens `ends` knows of.
    indexed: usize,
}

impl<T: Copy + Eq + Hash> Lookup<T> {
    pub(super) fn new(tokens: &[T]) -> Self {
        Self {
            tokens: tokens.to_vec(),
            ends: HashMap::new(),
            indexed: 0,
        }
    }

    pub(super) fn push(&mut self, token: T) {
        self.tokens.push(token);
    }

    /// The text.
    pub(super) fn tokens(&self) -> &[T] {
        &self.tokens
    }

    /// At most `most` tokens that followed when the text last ended as it does now, and how
    /// many tokens were the same before that.
    pub(super) fn guess(&mut self, most: usize) -> (&[T], usize) {
        // The run at the very end is not indexed yet, or it would find itself.
        let last = self.tokens.len().saturating_sub(1);
        while self.indexed < last {
            self.indexed += 1;
            let run = self.tokens[..self.indexed].last_chunk::<MATCH>();
            if let Some(&run) = run {
                self.ends.insert(run, self.indexed);
            }
        }
        let end = self.tokens.last_chunk::<MATCH>();
        let Some(&at) = end.and_then(|run| self.ends.get(run)) else {
            return (&[], 0);
        };
        let (before, now) = (self.tokens[..at].iter(), self.tokens.iter());
        let same = before.rev().zip(now.rev()).take(SURE);
        let same = same.take_while(|(before, now)| before == now).count();
        let to = self.tokens.len().min(at + most);
        (&self.tokens[at..to], same)
    }
}

/// After so many tokens that are the same, the next are nearly certain.
const SURE: usize = 12;

/// The longest guess that is checked in one go.
const LONGEST: usize = 16;

/// The first guess after a miss is this short.
const SHORTEST: usize = 4;

/// Replies that were wrongly guessed so often are left alone for a while.
const MISSES: u32 = 2;

/// How much is worth guessing: more while guesses are right, less and less often while they
/// are wrong.
#[derive(Debug)]
pub(super) struct Trust {
    length: usize,
    misses: u32,
    /// Guesses to let pass.
    pause: u32,
}

impl Trust {
    pub(super) fn new() -> Self {
        Self {
            length: SHORTEST,
            misses: 0,
            pause: 0,
        }
    }

    /// How many tokens to propose now, where something could be proposed after so many
    /// tokens that are the `same`; 0 for none.
    pub(super) fn length(&mut self, same: usize) -> usize {
        if self.pause > 0 {
            self.pause -= 1;
            return 0;
        }
        match same >= SURE && self.misses == 0 {
            true => LONGEST,
            false => self.length,
        }
    }

    /// Notes how many of the tokens proposed were right, and whether they came sooner than
    /// one by one.
    pub(super) fn note(&mut self, proposed: usize, accepted: usize, was_sooner: bool) {
        if was_sooner {
            self.misses = 0;
            if accepted == proposed {
                self.length = (self.length * 2).min(LONGEST);
            }
        } else {
            self.length = SHORTEST;
            self.misses += 1;
            if self.misses >= MISSES {
                // Twice as long after each further miss.
                self.pause = 1 << (self.misses + 2).min(8);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_followed_before_follows_again() {
        let cases: [(&str, usize, &str); 6] = [
            ("the cat sat. the cat", 4, " sat"),
            ("the cat sat. the cat", 100, " sat. the cat"),
            ("abcdXabcdYabcd", 2, "Ya"),
            ("abcabc", 4, ""),
            ("", 4, ""),
            ("aaaaaaaa", 3, "a"),
        ];
        for (text, most, guess) in cases {
            let mut lookup = Lookup::new(text.as_bytes());
            assert_eq!(lookup.guess(most).0, guess.as_bytes(), "{text}");
        }
        let mut lookup = Lookup::new(b"one two three. one t");
        assert_eq!(lookup.guess(3).0, b"wo ");
        lookup.push(b'w');
        assert_eq!(lookup.guess(3).0, b"o t");
        lookup.push(b'!');
        assert_eq!(lookup.guess(3).0, b"");
    }

    #[test]
    fn trust_grows_with_success_and_fades_with_failure() {
        let mut trust = Trust::new();
        for length in [4, 8, 16, 16] {
            assert_eq!(trust.length(0), length);
            trust.note(length, length, true);
        }
        trust.note(16, 9, true);
        assert_eq!(trust.length(0), 16);
        trust.note(16, 1, false);
        assert_eq!(trust.length(0), SHORTEST);
        let mut asked = 0;
        for _ in 0..1000 {
            let length = trust.length(0);
            asked += u32::from(length > 0);
            if length > 0 {
                trust.note(length, 0, false);
            }
        }
        assert!(asked < 20, "{asked}");
        assert_eq!(Trust::new().length(SURE), LONGEST);
    }
}
