//! Many short lists in one block of memory, which is used again: adding to a list allocates nothing
//! once the block is as large as all lists together ever were.

/// Where no node is.
const NOWHERE: usize = usize::MAX;

/// The items of all lists.
#[derive(Debug)]
pub(super) struct Chains<T> {
    nodes: Vec<Node<T>>,
    /// The first of the nodes that are in no list.
    free: usize,
}

#[derive(Debug)]
struct Node<T> {
    item: Option<T>,
    next: usize,
}

/// One list: where its ends are.
#[derive(Debug)]
pub(super) struct Chain {
    first: usize,
    last: usize,
}

impl Chain {
    pub(super) const EMPTY: Self = Self { first: NOWHERE, last: NOWHERE };
}

impl<T> Chains<T> {
    pub(super) fn new() -> Self {
        Self { nodes: Vec::new(), free: NOWHERE }
    }

    /// Adds an item to the end of a list.
    pub(super) fn push(&mut self, chain: &mut Chain, item: T) {
        let node = Node { item: Some(item), next: NOWHERE };
        let at = match self.nodes.get_mut(self.free) {
            Some(free) => {
                let at = std::mem::replace(&mut self.free, free.next);
                *free = node;
                at
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() - 1
            }
        };
        match self.nodes.get_mut(chain.last) {
            Some(last) => last.next = at,
            None => chain.first = at,
        }
        chain.last = at;
    }

    /// Empties a list, from its beginning to its end.
    pub(super) fn drain(&mut self, chain: &mut Chain, mut take: impl FnMut(T)) {
        let mut at = std::mem::replace(chain, Chain::EMPTY).first;
        while let Some(node) = self.nodes.get_mut(at) {
            let item = node.item.take();
            let next = std::mem::replace(&mut node.next, self.free);
            self.free = std::mem::replace(&mut at, next);
            item.map(&mut take);
        }
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.nodes.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(chains: &mut Chains<u32>, chain: &mut Chain) -> Vec<u32> {
        let mut items = Vec::new();
        chains.drain(chain, |item| items.push(item));
        items
    }

    #[test]
    fn interleaved_lists_keep_their_items_and_their_order() {
        let mut chains = Chains::new();
        let mut lists = [Chain::EMPTY, Chain::EMPTY, Chain::EMPTY];
        for item in 0..9 {
            chains.push(&mut lists[item as usize % 3], item);
        }
        assert_eq!(drained(&mut chains, &mut lists[1]), [1, 4, 7]);
        assert_eq!(drained(&mut chains, &mut lists[1]), [0; 0], "it is empty now");
        chains.push(&mut lists[1], 10);
        chains.push(&mut lists[0], 11);
        assert_eq!(drained(&mut chains, &mut lists[0]), [0, 3, 6, 11]);
        assert_eq!(drained(&mut chains, &mut lists[2]), [2, 5, 8]);
        assert_eq!(drained(&mut chains, &mut lists[1]), [10]);
    }

    #[test]
    fn nodes_are_used_again() {
        let mut chains = Chains::new();
        for round in 0..100 {
            let mut list = Chain::EMPTY;
            (0..8).for_each(|item| chains.push(&mut list, round + item));
            assert_eq!(drained(&mut chains, &mut list).len(), 8);
        }
        assert_eq!(chains.nodes.len(), 8);
    }

    #[test]
    fn drained_items_are_not_kept_alive() {
        let item = std::sync::Arc::new(());
        let (mut chains, mut list) = (Chains::new(), Chain::EMPTY);
        chains.push(&mut list, std::sync::Arc::clone(&item));
        chains.drain(&mut list, drop);
        assert_eq!(std::sync::Arc::strong_count(&item), 1);
    }
}
